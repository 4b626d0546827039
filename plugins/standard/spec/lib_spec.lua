-- The helpers below lib/, loaded as plain Lua with the authoring API.
_G.accrue = require "accrue"
local here = string.match(debug.getinfo(1, "S").source, "^@(.*)spec/[^/]*$") or "./"
package.path = here .. "lib/?.lua;" .. package.path

local decimal = require "decimal"
local compare = require "compare"

describe("lib decimal", function()
  it("orders decimals of any length exactly", function()
    assert.equal(0, decimal.compare("10.50", "10.5"))
    assert.equal(-1, decimal.compare("9", "10"))
    assert.equal(1, decimal.compare("-0.5", "-1"))
    assert.equal(0, decimal.compare("-0.00", "0"))
    assert.equal(0, decimal.compare("007", "7"))
    assert.equal(1, decimal.compare("123456789012345678901234567890.1", "123456789012345678901234567890"))
  end)

  it("knows what is no decimal", function()
    for _, text in ipairs { "", "-", ".", "1.", ".5", "1e3", "1.2.3", "+1", " 1", "0x10" } do
      assert.is_nil(decimal.compare(text, "1"), text)
      assert.is_nil(decimal.compare("1", text), text)
    end
  end)

  it("writes units of a scale", function()
    assert.equal("30.50", decimal.text(3050, 2))
    assert.equal("-0.05", decimal.text(-5, 2))
    assert.equal("3050", decimal.text(3050, 0))
  end)
end)

describe("lib compare", function()
  it("compares numbers as numbers, other texts for equality", function()
    assert.is_true(compare("30.50", { operator = ">", value = "30" }))
    assert.is_false(compare("30.50", { operator = ">", value = "31" }))
    assert.is_true(compare("7", { operator = "=", value = "7.0" }))
    assert.is_true(compare("true", { operator = "=", value = "true" }))
    assert.is_false(compare("true", { operator = ">=", value = "true" }))
  end)
end)
