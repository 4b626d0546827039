local test = require "accrue.test"

describe("key phrase past_total", function()
  local past_total = test.load("key_phrases/past_total.lua")

  local receipt = { total = "9.00", context = { coupons = "2" }, items = {
    { sku = "A", amount = "4.00", quantity = "2.5", context = { weight = 3 } }, { sku = "B", amount = "5.00", context = { weight = 4 } } } }

  it("measures every unit in millionths", function()
    assert.equal(9000000, past_total:value(receipt, { unit = "currency", number = "1" }))
    assert.equal(3500000, past_total:value(receipt, { unit = "items", number = "1" }))
    assert.equal(1000000, past_total:value(receipt, { unit = "transactions", number = "1" }))
  end)

  it("knows the currency's decimals", function()
    local yen = test.load("key_phrases/past_total.lua", nil, { program = { currency = "JPY" } })
    assert.equal(900000000, yen:value({ total = "900" }, { unit = "currency", number = "1" }))
  end)

  it("adds up fields that nobody declared", function()
    assert.equal(7000000, past_total:value(receipt, { unit = "weight", number = "1" }))
    assert.equal(2000000, past_total:value(receipt, { unit = "coupons", number = "1" }))
    assert.is_nil(past_total:value(receipt, { unit = "length", number = "1" }))
  end)

  it("adds up in a program", function()
    local function fired(condition)
      condition.key_phrase, condition.operator = "past_total", ">="
      local shop = test.rules { purchase = { { when = { all = { { key_phrase = "make_a_purchase" }, condition } } } } }
      for _ = 1, 3 do shop:purchase("m-1", receipt) end
      return shop:balance("m-1", "points")
    end
    assert.equal(2, fired { unit = "currency", number = "18.00" })
    assert.equal(1, fired { unit = "currency", number = "18.01" })
    assert.equal(2, fired { unit = "items", number = "7" })
    assert.equal(1, fired { unit = "transactions", number = "3" })
  end)
end)
