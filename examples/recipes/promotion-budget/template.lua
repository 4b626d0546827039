-- A promotion that costs at most so much a month, over all members, by the standard template alone.
return { name = "promotion-budget", version = "1.0.0", api = 1 }
