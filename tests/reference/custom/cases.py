"""The template of generated cases: its event types (Lua for the engine, kinds for the reference) and components."""
EVENTS = {
    "purchase": ("", "litres = accrue.var.decimal { scale = 2, optional = true }"),
    "visit": ("stars = accrue.var.integer { optional = true }, mood = accrue.var.text { optional = true }", ""),
    "ping": ("", ""),
    "pong": ("", ""),
}
FIELDS = {
    "item": {"litres?": ("decimal", 2)},
    "visit": {"stars?": ("integer",), "mood?": ("text",)},
}
