-- Ten coffees, one free: cups are counted, not receipts, by the standard template alone.
return { name = "tenth-coffee", version = "1.0.0", api = 1 }
