/** Words of the dialog in which a chart is explored. */

export const words = {
  "explore.log-x": "橫軸用對數刻度",
  "explore.log-y": "縱軸用對數刻度",
  "explore.reset": "顯示全部",
  "explore.loading": "正在載入 Plotly …",
  "explore.about": "拖曳出一個方框就能放大，滾輪也可以；點圖例可以隱藏一條線。",
  "explore.empty": "還沒有可以探索的資料。",
};
