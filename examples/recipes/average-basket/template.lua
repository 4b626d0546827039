-- The average of the last five baskets: a measure of its own, averaged by the core.
return { name = "average-basket", version = "1.0.0", api = 1 }
