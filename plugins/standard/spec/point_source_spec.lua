local test = require "accrue.test"

describe("constraint point_source", function()
  local point_source = test.load("constraints/point_source.lua")

  it("lets through movements that came from the sources named", function()
    local function landed(source) return { points = 5, account = "points", point_source = source, reason = "award" } end
    assert.is_true(point_source:accepts(landed "base", { sources = { "base" } }))
    assert.is_false(point_source:accepts(landed "promo", { sources = { "base" } }))
    assert.is_true(point_source:accepts(landed "promo", { sources = { "base", "promo" } }))
  end)

  it("refuses a source that the program does not have", function()
    assert.matches("bsae", point_source:faults { sources = { "bsae" } })
  end)

  it("goes with points conditions only", function()
    local shop = { purchase = { { when = { key_phrase = "make_a_purchase", constraints = { point_source = { "base" } } } } } }
    assert.has_error(function() test.rules(shop) end)
  end)
end)
