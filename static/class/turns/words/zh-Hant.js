/** The words about one's turn, in Traditional Chinese (Taiwan). */

export const words = {
  "turns.place": "{run} 排在第 {place} 位，約需等 {time}。",
  "turns.left": "在你的訓練結束之前，還可以再開始 {count} 次。",
  "turns.none": "你的 {limit} 個名額都用完了。請停止一次訓練，或等其中一次結束。",
};
