local test = require "accrue.test"

describe("constraint payment_type", function()
  local payment_type = test.load("constraints/payment_type.lua")

  local function paid(...)
    local payments = {}
    for number, name in ipairs { ... } do payments[number] = { type = name, amount = "5.00" } end
    return { total = "10.00", payments = payments }
  end

  -- domain 16.14, examples 5 and 6
  it("is content with one tender that is included", function()
    local vars = { include = { "card" } }
    assert.is_true(payment_type:accepts(paid("card"), vars))
    assert.is_true(payment_type:accepts(paid("cash", "card"), vars))
    assert.is_false(payment_type:accepts(paid("cash"), vars))
  end)

  it("is content with one tender that is not excluded", function()
    local vars = { exclude = { "gift_card" } }
    assert.is_true(payment_type:accepts(paid("gift_card", "cash"), vars))
    assert.is_false(payment_type:accepts(paid("gift_card"), vars))
    assert.is_false(payment_type:accepts(paid("gift_card", "gift_card"), vars))
  end)

  it("wants every tender with match all", function()
    assert.is_true(payment_type:accepts(paid("card", "card"), { include = { "card" }, match = "all" }))
    assert.is_false(payment_type:accepts(paid("cash", "card"), { include = { "card" }, match = "all" }))
    assert.is_false(payment_type:accepts(paid("gift_card", "cash"), { exclude = { "gift_card" }, match = "all" }))
    assert.is_true(payment_type:accepts(paid("cash"), { exclude = { "gift_card" }, match = "all" }))
  end)

  it("takes both lists: in include and not in exclude", function()
    local vars = { include = { "card", "gift_card" }, exclude = { "gift_card" } }
    assert.is_false(payment_type:accepts(paid("gift_card", "cash"), vars))
    assert.is_true(payment_type:accepts(paid("card"), vars))
  end)

  it("fails an include and passes an exclude when no tender is told", function()
    for _, match in ipairs { "any", "all" } do
      assert.is_false(payment_type:accepts({ total = "10.00" }, { include = { "card" }, match = match }))
      assert.is_true(payment_type:accepts({ total = "10.00" }, { exclude = { "card" }, match = match }))
    end
  end)

  it("refuses no list at all, and a match that is not there", function()
    assert.matches("needs include or exclude", payment_type:faults {})
    assert.matches("prorate", payment_type:faults { include = { "card" }, match = "prorate" })
  end)

  it("leaves the whole amount to the rule", function()
    local shop = test.rules { purchase = { { when = { key_phrase = "make_a_purchase",
      constraints = { payment_type = { include = { "card" } } } },
      outcomes = { { outcome = "points_variable", points = 1, per = "1.00", account = "points", source = "promo" } } } } }
    shop:purchase("m-1", paid("cash", "card"))
    assert.equal(10, shop:balance("m-1", "points"))
  end)
end)
