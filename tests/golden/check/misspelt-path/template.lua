return { name = "t", version = "1.0.0", api = 1 }
