local test = require "accrue.test"

describe("constraint roast", function()
  local roast = test.load("constraints/roast.lua")

  local function line(name) return { amount = "3.80", context = { roast = name } } end

  it("lets included roasts through", function()
    assert.is_true(roast:accepts_item(line "dark", { include = { "dark", "medium" } }))
    assert.is_false(roast:accepts_item(line "decaf", { include = { "dark", "medium" } }))
  end)

  it("keeps excluded roasts out", function()
    assert.is_false(roast:accepts_item(line "decaf", { exclude = { "decaf" } }))
    assert.is_true(roast:accepts_item(line "dark", { exclude = { "decaf" } }))
  end)

  it("fails include and passes exclude where there is no roast", function()
    assert.is_false(roast:accepts_item({ amount = "4.80" }, { include = { "dark" } }))
    assert.is_true(roast:accepts_item({ amount = "4.80" }, { exclude = { "dark" } }))
  end)

  it("refuses to be empty", function()
    assert.matches("needs include or exclude", roast:faults {})
  end)
end)
