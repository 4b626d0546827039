-- A web shop for gift-ware: receipts with a country, rules about variety and about where parcels go.
return { name = "gift-shop", version = "1.0.0", api = 1 }
