local test = require "accrue.test"

describe("my_name", function()
  local my_name = test.load "constraints/my_name.lua"

  it("lets lines through", function()
    assert.is_true(my_name:accepts_item({ amount = "5.00" }, { least = "5.00" }))
    assert.is_false(my_name:accepts_item({ amount = "4.99" }, { least = "5.00" }))
  end)

  it("narrows what a rule looks at", function()
    local condition = { key_phrase = "total_spend", amount = "10.00", constraints = { my_name = { least = "5.00" } } }
    local shop = test.rules { purchase = { { when = condition } } }
    assert.fired("purchase 1", shop:purchase("m-1", test.purchase { items = { { amount = "6.00" }, { amount = "7.00" } } }))
    assert.not_fired("purchase 1", shop:purchase("m-1", test.purchase { items = { { amount = "9.00" }, { amount = "4.00" } } }))
  end)
end)
