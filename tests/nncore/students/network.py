"""A class as a student may write it, right in all steps. tests/nncore/test_check.py makes mistakes in it."""

import numpy as np


def activation(z):
    return 1.0 / (1.0 + np.exp(-z))


def slope(z):
    return activation(z) * (1.0 - activation(z))


class Network:
    def __init__(self, shape):
        self.shape = shape
        self.depth = len(shape) - 1
        self.w = [np.random.randn(shape[i + 1], shape[i]) for i in range(self.depth)]
        self.b = [np.random.randn(shape[i + 1], 1) for i in range(self.depth)]
        self.delw = [np.zeros_like(w) for w in self.w]
        self.delb = [np.zeros_like(b) for b in self.b]

    def predict(self, x):
        self.v = [np.asarray(x, dtype=float).reshape(-1, 1)]
        self.z = []
        for w, b in zip(self.w, self.b, strict=True):
            self.z.append(w @ self.v[-1] + b)
            self.v.append(activation(self.z[-1]))
        return self.v[-1]

    def gradient(self, y):
        delta = (self.v[-1] - np.reshape(y, (-1, 1))) * slope(self.z[-1])
        for i in reversed(range(self.depth)):
            if i < self.depth - 1:
                delta = (self.w[i + 1].T @ delta) * slope(self.z[i])
            self.delb[i] = delta
            self.delw[i] = delta @ self.v[i].T

    def fit(self, x_data, y_data, epochs, batch_size, eta):
        for epoch in range(epochs):
            order = np.random.permutation(len(x_data))
            for start in range(0, len(order), batch_size):
                self.update(x_data, y_data, order[start : start + batch_size], eta)
            print("epoch", epoch + 1, *self.evaluate(x_data, y_data))

    def update(self, x_data, y_data, batch, eta):
        sum_w = [0.0] * self.depth
        sum_b = [0.0] * self.depth
        for n in batch:
            self.predict(x_data[n])
            self.gradient(y_data[n])
            for i in range(self.depth):
                sum_w[i] = sum_w[i] + self.delw[i]
                sum_b[i] = sum_b[i] + self.delb[i]
        for i in range(self.depth):
            self.w[i] -= eta / len(batch) * sum_w[i]
            self.b[i] -= eta / len(batch) * sum_b[i]

    def evaluate(self, x_data, y_data):
        loss, right = 0.0, 0
        for x, y in zip(x_data, y_data, strict=True):
            v = self.predict(x).ravel()
            loss += ((v - y) ** 2).sum() / 2
            right += np.argmax(v) == np.argmax(y)
        return loss / len(x_data), right / len(x_data)
