/** 實驗的文字。 */

/** @type {Record<string, string>} */
export const words = {
  "refusal.combination": "這些設定不能放在一起。",
  "refusal.experiment-not-found": "這個實驗已經不在了。",
  "refusal.run-of-experiment": "這次訓練屬於一個實驗：刪除實驗，裡面的訓練就會一起刪除。",
  "refusal.same-value": "同一個值出現了兩次。",
  "refusal.too-many-runs": "一個實驗最多 {limit} 次訓練。",
};
