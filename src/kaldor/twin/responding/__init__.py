"""Prices, trade and labour answer to the levers: scenarios on the equilibrium of `kaldor.economy.equilibrium`."""
