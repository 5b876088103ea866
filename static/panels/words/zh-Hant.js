/** Words of the comparison and of the address to share. */

export const words = {
  "compare.label": "比較訓練",
  "compare.same": "所有設定都相同。",
  "compare.status": "狀態",
  "compare.epoch": "完成的週期數",
  "compare.train": "訓練準確率",
  "compare.last": "測試準確率",
  "compare.best": "最佳測試準確率（週期）",
  "compare.loss": "測試損失",
  "compare.parameters": "權重與偏權值",
  "share.label": "這個畫面的連結",
  "share.address": "網址",
  "share.copy": "複製連結",
  "share.hint": "連結裡有設定、目前的訓練、一起畫出的訓練，以及曲線的畫法。",
  "share.local": "這個網址只能在這台電腦上使用。要給其他裝置，請開啟伺服器啟動時印出的網址，再從那裡分享。如果印出的只有這個網址，表示伺服器只接受這台電腦：請改以 CHALKNET_HOST=0.0.0.0 make run 啟動，Windows 則用 chalknet serve --host 0.0.0.0。",
  "share.qr": "網址的 QR Code",
  "share.long": "網址太長，無法做成 QR Code。",
};
