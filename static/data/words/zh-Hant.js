/** 自備資料視窗的文字。 */

export const words = {
  "bring.class": "類別",
  "bring.sheet": "自備資料",
  "bring.file": "選擇檔案，或拖曳到這裡",
  "bring.formats":
    "CSV：每列是數字，最後一欄是類別；或 npz：內含 X 與 y，X 可以是灰階圖片。在您確認之前不會保存任何內容。保存之後，所有能連到這個伺服器的人都看得到：請勿上傳與個人有關的資料。",
  "bring.title": "名稱",
  "bring.untitled": "自備資料",
  "bring.label": "類別所在的欄",
  "bring.last": "最後一欄",
  "bring.keep": "保存並使用",
  "bring.busy": "伺服器正在讀取…",
  "bring.wrong": "無法使用：",
  "bring.sizes": "{samples} 個樣本，{features} 個輸入，{classes} 個類別",
  "bring.classes": "類別：{list}",
  "bring.rows": "最前面幾列",
  "bring.pictures": "最前面幾張圖片",
  "bring.kept": "已保存的自備資料",
  "bring.forget": "刪除 {title}",
};
