/** What the help cards say. */

export const words = {
  "help.shape": "Each layer weighs the values v of the layer before it, adds them up, adds a bias, and passes the sum z through σ. More neurons can express more, but take longer and overfit sooner.",
  "help.eta": "How far each step goes against the gradient. If it is too small, learning crawls; if it is too large, the steps jump over the valley.",
  "help.batch_size": "How many digits' gradients are averaged for one step. Small batches give many noisy steps, large ones few smooth steps.",
  "help.initialization": "Where the weights begin. Standard draws them from a normal distribution of width 1; with 784 inputs the sums z get large, and most neurons start saturated. Scaled divides by the square root of the number of inputs.",
  "help.epochs": "How many times the network goes through the whole training sample. Loss and accuracy are measured after each epoch.",
  "help.seed": "Starts the random draws: the first weights and the order of the digits. The same seed gives exactly the same curve.",
  "help.dataset": "What the network sees of a digit: all 784 grey values, or only two, the mean of the whole picture and the mean of its centre. Two are enough to tell 0 from 1.",
  "help.activation": "The function that turns a neuron's sum z into its value v. The lecture's σ rises smoothly from 0 to 1.",
  "help.loss": "How far the outputs v are from the targets t. The lecture takes half the squared differences, averaged over the sample. Training makes it small.",
  "help.accuracy": "The share of digits whose strongest output is the right one.",
  "help.optimizer": "Stochastic gradient descent (SGD) chooses each step afresh. With momentum, a part of the last step is taken again.",
  "help.momentum": "A part of the last step is taken again, so that steps in the same direction add up.",
  "help.l2": "A price on large weights. It keeps the network simple and works against overfitting.",
  "help.train_size": "How many of the training digits are used. A few are learned quickly, but only by heart.",
  "help.target_accuracy": "The run ends after the first epoch in which this share of the test digits is right: 0.95 is 95 %.",
};
