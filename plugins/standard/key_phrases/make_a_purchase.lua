-- The purchase itself is the condition; its constraints decide.
return accrue.key_phrase {
  title      = "Make a purchase",
  conditions = "purchase",
  variables  = {},
  test       = function() return true end,
  examples   = { { vars = {}, sentence = "Make a purchase" } },
}
