-- Once a program lists what it knows, another name in a rule is a fault with the nearest; without the list any name will do.
local test = require "accrue.test"

describe("known names", function()
  local known = { payment_types = { "card", "cash" }, channels = { "pos", "app" },
    stores = { S1 = { groups = { "franchise" } }, S2 = {} },
    catalog = { categories = { "coats/rain", "shoes" }, items = { "C1" } } }

  local function faults(name, vars, program)
    return test.load("constraints/" .. name .. ".lua", nil, { program = program }):faults(vars)
  end

  local cases = {
    { "payment_type", { include = { "crad" } }, "unknown payment_type `crad`; did you mean `card`" },
    { "payment_type", { exclude = { "card", "cheque" } }, "unknown payment_type `cheque`" },
    { "channel", { include = { "ap" } }, "unknown channel `ap`; did you mean `app`" },
    { "store", { exclude = { "S3" } }, "unknown store `S3`" },
    { "store", { include = { stores = { "S11" } } }, "unknown store `S11`; did you mean `S1`" },
    { "store", { include = { groups = { "franchises" } } }, "unknown store group `franchises`; did you mean `franchise`" },
    { "catalog", { include = { categories = { "shoe" } } }, "unknown category `shoe`; did you mean `shoes`" },
    { "catalog", { exclude = { items = { "C2" } } }, "unknown item `C2`; did you mean `C1`" },
  }

  it("are asked for in every list", function()
    for _, case in ipairs(cases) do
      local told = faults(case[1], case[2], known)
      assert.is_string(told, case[3])
      assert.is_truthy(string.find(told, case[3], 1, true), told)
    end
  end)

  it("are any without a list, save for groups", function()
    for _, case in ipairs(cases) do
      local told = faults(case[1], case[2])
      if string.find(case[3], "group", 1, true) then assert.matches("unknown store group", told) else assert.is_nil(told) end
    end
  end)

  it("take a category above a listed one", function()
    assert.is_nil(faults("catalog", { include = { categories = { "coats" } } }, known))
    assert.is_nil(faults("catalog", { include = { categories = { "shoes" }, items = { "shoes" } } }, { catalog = { "shoes" } }))
  end)

  it("are asked for by phrases too", function()
    local includes = test.load("key_phrases/purchase_includes.lua", nil, { program = known })
    assert.matches("did you mean `shoes`", includes:faults { include = { categories = { "shoos" } } })
  end)
end)
