"""Prices, trade and labour answer: a general equilibrium calibrated on one table (`base` → `prices` → `solver`).

No lever and no label stands here: arrays in, arrays out.
"""
