/** Words of the picture of the network. */

export const words = {
  "portrait.label": "網路裡的每個神經元",
  "portrait.of": "{run} 的網路與第 {digit} 個測試數字：各神經元與它們的輸出",
  "portrait.neuron": "第 {layer} 隱藏層的第 {neuron} 個神經元",
  "portrait.output": "輸出 {digit}",
  "portrait.more": "再顯示 {count} 個",
  "portrait.telling": "只看影響最大的",
  "portrait.facts": "{inputs} 個輸入 · 偏權值 {bias} · z {z} · v {v} · δ {delta}",
  "portrait.weights": "它的權重",
  "portrait.plane": "在平面上看",
  "portrait.backward": "反向傳播",
};
