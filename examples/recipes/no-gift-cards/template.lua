-- No points on gift cards, nor on the part that is paid with points, by the standard template alone.
return { name = "no-gift-cards", version = "1.0.0", api = 1 }
