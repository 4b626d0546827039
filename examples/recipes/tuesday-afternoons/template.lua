-- Double points on Tuesday afternoons at franchise stores, by the standard template alone.
return { name = "tuesday-afternoons", version = "1.0.0", api = 1 }
