-- An item entry beats a category entry, a deeper category a higher one; at equal depth exclude beats include (domain C8).
local choose = require "choose"

return accrue.constraint {
  title        = "[counting only {include}][, not counting {exclude}]",
  conditions   = { "purchase", "past_purchases" },
  variables    = {
    include = accrue.var.catalog { optional = true },
    exclude = accrue.var.catalog { optional = true },
  },
  check        = function(vars) choose.check("catalog", vars) end,
  accepts_item = choose.item,
  examples     = { { vars = { include = { categories = { "coats" } } }, sentence = "counting only coats" } },
}
