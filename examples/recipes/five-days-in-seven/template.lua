-- Visits on five days within seven: a gym counts days, not entries.
return { name = "five-days-in-seven", version = "1.0.0", api = 1 }
