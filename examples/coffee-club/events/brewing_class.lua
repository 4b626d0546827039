return accrue.event {
  title = "Brewing class",
  description = "A member took part in a class at the roastery",
  fields = {
    topic = accrue.var.choice { of = { "espresso", "latte_art", "tasting" } },
    hours = accrue.var.integer { min = 1, max = 8 },
  },
}
