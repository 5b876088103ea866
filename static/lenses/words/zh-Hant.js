export const words = {
  "lenses.save": "存成 {format}",
  "lens.layer.hidden": "第 {layer} 隱藏層",
  "lens.layer.output": "輸出層",

  "lens.digit": "第 {number} 個測試數字",
};
