"""Hold a student's own class against nncore, step by step: `python -m nncore.check my_network.py`.

The class has the lecture's methods and names: predict, gradient, fit, evaluate; w, b, delw, delb. What a
student sees is in docs/checking.md. In the order of reading: `student` (reads and sets what the class holds),
`mistakes` (what goes wrong, and how the numbers look then), `steps`, `trial` (runs the class, in a process of
its own), `__main__` (starts that process, and tells).
"""
