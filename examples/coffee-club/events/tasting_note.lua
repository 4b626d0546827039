return accrue.event {
  title = "Tasting note",
  description = "A member wrote down what a coffee tastes like; `quantity` counts the notes sent in together",
  fields = {
    roast = accrue.var.text(),
    stars = accrue.var.integer { optional = true, min = 1, max = 5 },
  },
}
