local test = require "accrue.test"

describe("litres", function()
  local litres = test.load "key_phrases/litres.lua"

  it("adds the lines up", function()
    local purchase = test.purchase { items = { { amount = "40.00", context = { litres = "20.50" } }, { amount = "20.00",
      context = { litres = "10.00" } } } }
    assert.equal(3050, litres:value(purchase, { litres = "30.00" }))
  end)

  it("measures nothing where no line has litres", function()
    assert.equal(nil, litres:value(test.purchase { total = "5.00" }, { litres = "30.00" }))
  end)

  it("refuses a number below zero", function()
    assert.matches("litres", litres:faults { litres = "-1" })
  end)
end)
