local count = 0
local seen = {}

return accrue.key_phrase {
  title      = "Every third purchase",
  conditions = "purchase",
  variables  = {},
  test       = function()
    count = count + 1
    return count % 3 == 0
  end,
}
