-- A grocer: brands on the shelves, campaigns by post, coupons at the till.
return { name = "grocer", version = "1.0.0", api = 1 }
