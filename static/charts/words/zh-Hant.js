/** Words of the card of options, and of the dialog in which a chart is explored. */

export const words = {
  "curves.axis": "橫軸",
  "curves.smooth": "平滑",
  "curves.save": "儲存",
  "curves.weights": "權重",
  "curves.archive": "所有執行（zip）",
  "curves.open": "開啟存下的執行",
  "curves.open.title": "存下的權重（npz）：可觀察內部的執行",
  "curves.log": "對數刻度：損失，以及準確率的誤差",
  "curves.log-x": "橫軸用對數座標",
  "curves.fingerprint": "指紋 {fingerprint}：權重與偏差，精確到最後一個位元。",
  "curves.kernels": "以 {kernels} 計算。凡是這一項相同，相同的設定就會得到完全相同的位元。",
  "curves.kernels.several": "先後以 {kernels} 計算：與只用一台機器算出的位元不同。",
  "curves.kernels.then": "，然後 ",
  "explore.log-x": "橫軸用對數刻度",
  "explore.log-y": "縱軸用對數刻度",
  "explore.reset": "顯示全部",
  "explore.loading": "正在載入 Plotly …",
  "explore.about": "拖曳出一個方框就能放大，滾輪也可以；點圖例可以隱藏一條線。",
  "explore.empty": "還沒有可以探索的資料。",
};
