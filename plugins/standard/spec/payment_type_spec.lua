local test = require "accrue.test"

describe("constraint payment_type", function()
  local payment_type = test.load("constraints/payment_type.lua")

  -- Is the whole let through, or nothing?
  local function accepts(given, vars)
    local numerator, denominator = payment_type:portion(given, vars)
    assert.equal(1, denominator)
    return numerator == 1
  end

  local function paid(...)
    local payments = {}
    for number, name in ipairs { ... } do payments[number] = { type = name, amount = "5.00" } end
    return { total = "10.00", payments = payments }
  end

  -- domain 16.14, examples 5 and 6
  it("is content with one tender that is included", function()
    local vars = { include = { "card" } }
    assert.is_true(accepts(paid("card"), vars))
    assert.is_true(accepts(paid("cash", "card"), vars))
    assert.is_false(accepts(paid("cash"), vars))
  end)

  it("is content with one tender that is not excluded", function()
    local vars = { exclude = { "gift_card" } }
    assert.is_true(accepts(paid("gift_card", "cash"), vars))
    assert.is_false(accepts(paid("gift_card"), vars))
    assert.is_false(accepts(paid("gift_card", "gift_card"), vars))
  end)

  it("wants every tender with match all", function()
    assert.is_true(accepts(paid("card", "card"), { include = { "card" }, match = "all" }))
    assert.is_false(accepts(paid("cash", "card"), { include = { "card" }, match = "all" }))
    assert.is_false(accepts(paid("gift_card", "cash"), { exclude = { "gift_card" }, match = "all" }))
    assert.is_true(accepts(paid("cash"), { exclude = { "gift_card" }, match = "all" }))
  end)

  it("takes both lists: in include and not in exclude", function()
    local vars = { include = { "card", "gift_card" }, exclude = { "gift_card" } }
    assert.is_false(accepts(paid("gift_card", "cash"), vars))
    assert.is_true(accepts(paid("card"), vars))
  end)

  it("fails an include and passes an exclude when no tender is told", function()
    for _, match in ipairs { "any", "all", "prorate" } do
      assert.is_false(accepts({ total = "10.00" }, { include = { "card" }, match = match }))
      assert.is_true(accepts({ total = "10.00" }, { exclude = { "card" }, match = match }))
    end
  end)

  local function split(...)
    local payments = { ... }
    return { total = "42.50", payments = payments }
  end

  it("takes the part paid with tenders that qualify, exactly", function()
    local given = split({ type = "points", amount = "12.50" }, { type = "card", amount = "30.00" })
    assert.same({ 3000, 4250 }, { payment_type:portion(given, { exclude = { "points" }, match = "prorate" }) })
    assert.same({ 1250, 4250 }, { payment_type:portion(given, { include = { "points" }, match = "prorate" }) })
    assert.same({ 0, 4250 }, { payment_type:portion(given, { include = { "cash" }, match = "prorate" }) })
  end)

  it("never takes more than the whole, or less than nothing", function()
    local change = split({ type = "cash", amount = "-7.50" }, { type = "card", amount = "50.00" })
    assert.same({ 4250, 4250 }, { payment_type:portion(change, { include = { "card" }, match = "prorate" }) })
    assert.same({ 0, 4250 }, { payment_type:portion(change, { include = { "cash" }, match = "prorate" }) })
  end)

  it("is whole or nothing where tenders have no amounts", function()
    assert.is_true(accepts(split({ type = "card" }, { type = "cash" }), { include = { "card" }, match = "prorate" }))
    assert.is_false(accepts(split { type = "cash" }, { include = { "card" }, match = "prorate" }))
  end)

  it("matches as the program's tender_match says", function()
    local prorating = test.load("constraints/payment_type.lua", nil, { program = { settings = { tender_match = "prorate" } } })
    assert.same({ 500, 1000 }, { prorating:portion(paid("card", "cash"), { include = { "card" } }) })
    assert.same({ 1, 1 }, { prorating:portion(paid("card", "cash"), { include = { "card" }, match = "any" }) })
  end)

  it("refuses no list at all, and a match that is not there", function()
    assert.matches("needs include or exclude", payment_type:faults {})
    assert.matches("prorate", payment_type:faults { include = { "card" }, match = "prorated" })
  end)

  it("leaves the whole amount to the rule", function()
    local shop = test.rules { purchase = { { when = { key_phrase = "make_a_purchase",
      constraints = { payment_type = { include = { "card" } } } },
      outcomes = { { outcome = "points_variable", points = 1, per = "1.00", account = "points", source = "promo" } } } } }
    shop:purchase("m-1", paid("cash", "card"))
    assert.equal(10, shop:balance("m-1", "points"))
  end)

  it("earns nothing on the part paid with points", function()
    local shop = test.rules { base_earn = { points = 1, per = "1.00", account = "points", source = "base",
      constraints = { payment_type = { exclude = { "points" }, match = "prorate" } } } }
    shop:purchase("m-1", split({ type = "points", amount = "12.75" }, { type = "card", amount = "29.75" }))
    assert.equal(29, shop:balance("m-1", "points"))
    shop:purchase("m-2", split { type = "points", amount = "42.50" })
    assert.equal(0, shop:balance("m-2", "points"))
  end)
end)
