local test = require "accrue.test"

describe("constraint context", function()
  local context = test.load("constraints/context.lua")

  local function with(value) return { total = "5.00", context = { pump = value } } end

  it("compares texts for equality", function()
    assert.is_true(context:accepts(with "left", { key = "pump", value = "left" }))
    assert.is_false(context:accepts(with "right", { key = "pump", value = "left" }))
    assert.is_false(context:accepts(with "right", { key = "pump", operator = ">", value = "left" }))
  end)

  it("compares numbers as numbers", function()
    assert.is_true(context:accepts(with "10", { key = "pump", operator = ">", value = "9" }))
    assert.is_true(context:accepts(with "10.50", { key = "pump", operator = "=", value = "10.5" }))
    assert.is_true(context:accepts(with "-2", { key = "pump", operator = "<", value = "-1.5" }))
    assert.is_true(context:accepts(with "0.49", { key = "pump", operator = "<=", value = "0.5" }))
    assert.is_false(context:accepts(with "9", { key = "pump", operator = ">=", value = "10" }))
    assert.is_true(context:accepts(with(10), { key = "pump", operator = ">=", value = "10" }))
  end)

  it("fails on a missing or blank value whatever the operator", function()
    for _, operator in ipairs { "=", ">=", ">", "<=", "<" } do
      local vars = { key = "pump", operator = operator, value = "0" }
      assert.is_false(context:accepts({ total = "5.00" }, vars))
      assert.is_false(context:accepts(with "", vars))
      assert.is_false(context:accepts(with "  ", vars))
    end
  end)

  it("reads fields that are no core fields beside the context", function()
    assert.is_true(context:accepts({ total = "5.00", till = "7" }, { key = "till", value = "7" }))
    assert.is_true(context:accepts({ type = "member.join", data = { referral = "friend" } }, { key = "referral", value = "friend" }))
  end)
end)
