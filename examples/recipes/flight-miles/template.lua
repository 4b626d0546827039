-- Miles by distance band and cabin: a table in lib/, an outcome that looks things up in it.
return { name = "flight-miles", version = "1.0.0", api = 1 }
