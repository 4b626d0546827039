-- An airline: miles by the kilometre, more of them in the seasons that a level likes.
return { name = "airline", version = "1.0.0", api = 1 }
