local test = require "accrue.test"

describe("key phrase crosses_total", function()
  local function played(purchases)
    local shop = test.rules { purchase = { { when = { all = { { key_phrase = "make_a_purchase" },
      { key_phrase = "crosses_total", unit = "currency", total = "20.00" } } } } } }
    local balances = {}
    for i = 1, purchases do
      shop:purchase("m-1", "5.00")
      balances[i] = shop:balance("m-1", "points")
    end
    return balances
  end

  it("is true once, at the one that reaches it", function()
    assert.same({ 0, 0, 0, 1, 1, 1, 1, 1, 1 }, played(9))
  end)

  it("is of an event or of a unit", function()
    local phrase = test.load("key_phrases/crosses_total.lua")
    assert.is_string(phrase:faults { total = "1" })
    assert.is_string(phrase:faults { event = "member.update", unit = "items", total = "1" })
    assert.is_nil(phrase:faults { unit = "litres", total = "1" })
  end)
end)
