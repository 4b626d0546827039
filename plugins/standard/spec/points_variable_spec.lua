local test = require "accrue.test"

describe("outcome points_variable", function()
  local points_variable = test.load("outcomes/points_variable.lua")

  local function vars(given)
    local made = { points = 1, per = "1.00", account = "points", source = "promo" }
    for key, value in pairs(given or {}) do made[key] = value end
    return made
  end

  local function points(fact, given)
    local effects = points_variable:effects(fact, vars(given))
    return effects[1] and (effects[1].effect == "deduct" and -effects[1].points or effects[1].points) or 0
  end

  local function items(quantity) return { total = "9.00", items = { { sku = "A", amount = "9.00", quantity = quantity } } } end

  it("awards for spend, cut to cents, rounded down", function()
    assert.equal(12, points({ total = "12.99" }))
    assert.equal(39, points({ total = "19.99" }, { points = 2 }))
    assert.equal(38, points({ total = "19.99" }, { points = 2, precision = 0 }))
    assert.equal(4, points({ total = "42.50" }, { per = "10.00" }))
  end)

  it("rounds as told", function()
    assert.equal(13, points({ total = "12.50" }, { rounding = "half_up" }))
    assert.equal(12, points({ total = "12.49" }, { rounding = "half_up" }))
    assert.equal(13, points({ total = "12.01" }, { rounding = "up" }))
  end)

  -- domain 16.14, example 7
  it("awards on the whole amount from the hurdle on", function()
    assert.equal(950, points({ total = "475.00" }, { points = 2, hurdle = "400.00" }))
    assert.equal(800, points({ total = "400.00" }, { points = 2, hurdle = "400.00" }))
    assert.equal(0, points({ total = "399.99" }, { points = 2, hurdle = "400.00" }))
  end)

  -- domain 16.14, example 8
  it("awards for items, in whole ones unless told otherwise", function()
    for precision = 0, 2 do
      assert.equal(1, points(items "4", { per = "3", unit = "items", precision = precision }))
    end
    assert.equal(1, points(items "4", { per = "3", unit = "items" }))
    assert.equal(2, points(items "1.5", { points = 2, per = "1", unit = "items" }))
    assert.equal(3, points(items "1.5", { points = 2, per = "1", unit = "items", precision = 1 }))
    assert.equal(0, points({ total = "9.00" }, { per = "1", unit = "items" }))
  end)

  it("takes a rate of six decimals and the account's own decimals", function()
    assert.equal(125, points({ total = "100.00" }, { points = "1.25" }))
    assert.equal(1, points({ total = "1000.00" }, { points = "0.001" }))
    assert.equal(1250, points({ total = "10.00" }, { points = "1.25", account = "fine" }))
  end)

  it("deducts at a negative rate, rounded toward zero", function()
    assert.equal(-25, points({ total = "12.99" }, { points = -2 }))
  end)

  it("gives at most max", function()
    assert.equal(10, points({ total = "12.99" }, { max = 10 }))
    assert.equal(-10, points({ total = "12.99" }, { points = -2, max = 10 }))
    assert.equal(9, points({ total = "9.99" }, { max = 10 }))
  end)

  it("gives nothing for nothing", function()
    assert.same({}, points_variable:effects({ total = "0.99" }, vars()))
    assert.same({}, points_variable:effects({ total = "0.00" }, vars()))
    assert.same({}, points_variable:effects({ type = "member.join" }, vars()))
  end)

  it("knows the currency's decimals", function()
    local yen = test.load("outcomes/points_variable.lua", nil, { program = { currency = "JPY" } })
    assert.equal(12, yen:effects({ total = "1299" }, vars { per = "100", precision = 0 })[1].points)
  end)

  it("awards for what base earning gave into its account, or into another", function()
    local receipt = { total = "12.34", base_points = { points = 12, fine = 1234 } }
    assert.equal(12, points(receipt, { unit = "base_points", per = "1" }))
    assert.equal(6, points(receipt, { unit = "base_points", points = "0.5", per = "1" }))
    assert.equal(1234, points(receipt, { unit = "base_points", per = "1", account = "fine" }))
    assert.equal(12, points(receipt, { unit = "base_points", per = "1", base_account = "fine" }))
    assert.equal(0, points(receipt, { unit = "base_points", per = "1", account = "status" }))
    assert.equal(0, points({ type = "member.join" }, { unit = "base_points", per = "1" }))
    assert.equal(0, points(receipt, { unit = "base_points", per = "1", hurdle = "12.01" }))
  end)

  it("gives its points a term of their own", function()
    local award = points_variable:effects({ total = "5.00" }, vars { expires = "30 days" })[1]
    assert.equal("2026-04-01T00:00:00Z", require "accrue.core".time_text(award.expires)) -- through 31 March
  end)

  it("refuses zero and what is not there", function()
    assert.matches("other than 0", points_variable:faults(vars { points = 0 }))
    assert.matches("base_account goes with unit base_points", points_variable:faults(vars { base_account = "points" }))
    assert.matches("no expires", points_variable:faults(vars { points = -1, expires = "3 days" }))
    assert.is_string(points_variable:faults(vars { per = "0" }))
    assert.is_string(points_variable:faults(vars { precision = 7 }))
  end)

  -- domain 16.14, example 35, without the offer
  it("stacks on base earning and on another rule", function()
    local shop = test.rules {
      base_earn = { { points = 1, per = "1.00", account = "points", source = "base" } },
      purchase = {
        { when = { key_phrase = "make_a_purchase", constraints = { store = { include = { "A" } } } },
          outcomes = { { outcome = "points_fixed", points = 100, account = "points", source = "promo" } } },
        { when = { key_phrase = "make_a_purchase" },
          outcomes = { { outcome = "points_variable", points = 2, per = "1.00", account = "points", source = "promo" } } } } }
    shop:purchase("m-1", { total = "10.00", store = "A" })
    assert.equal(130, shop:balance("m-1", "points"))
    shop:purchase("m-2", { total = "10.00", store = "B" })
    assert.equal(30, shop:balance("m-2", "points"))
    shop:verify()
  end)
end)
