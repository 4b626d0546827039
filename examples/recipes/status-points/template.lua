-- Points for status, apart from those that can be spent, by the standard template alone.
return { name = "status-points", version = "1.0.0", api = 1 }
