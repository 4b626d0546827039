-- Properties: seeds repeat, what fails is made small.
local test = require "accrue.test"
local any = test.any

local function smallest(of, claim, options)
  local good, message = pcall(test.forall, of, claim, options or { seed = 7 })
  assert.is_false(good)
  return string.match(message, "smallest case:\n([^\n]*)\n"), message
end

describe("properties", function()
  it("hold or not", function()
    local runs = 0
    test.forall(any.integer(-5, 5), function(number)
      runs = runs + 1
      assert.is_true(number >= -5 and number <= 5)
    end, { runs = 40 })
    assert.equal(40, runs)
  end)

  it("are repeated by their seed", function()
    local function cases(seed)
      local made = {}
      test.forall(any.purchase { stores = { "S1", "S2" } }, function(data) made[#made + 1] = test.json.encode(data) end, { seed = seed })
      return made
    end
    assert.same(cases(3), cases(3))
    assert.not_same(cases(3), cases(4))
  end)

  it("end in the smallest number", function()
    local case, message = smallest(any.integer(0, 100000), function(number) assert.is_true(number < 4711) end)
    assert.equal("4711", case)
    assert.matches("case %d+ of seed 7 fails %(ACCRUE_SEED=7 repeats it%)", message)
  end)

  it("end in the smallest list", function()
    local case = smallest(any.list(any.integer(0, 1000), 20), function(list)
      local sum = 0
      for _, number in ipairs(list) do sum = sum + number end
      assert.is_true(sum < 100)
    end)
    assert.equal("[100]", case)
  end)

  it("end in the smallest purchase", function()
    local case = smallest(any.purchase { items = 6, categories = { "fuel", "shop" } }, function(data)
      for _, item in ipairs(data.items) do assert.not_equal("shop", item.category) end
    end)
    local data = test.json.decode(case)
    assert.equal(1, #data.items)
    assert.same({ amount = "0.00", category = "shop", line = "1", quantity = "1" }, data.items[1])
  end)

  it("go through whole programs", function()
    local template = { template = "plugins/standard" }
    test.forall(any.timeline { members = 2, events = 8 }, function(events)
      local shop = test.rules({ base_earn = { points = 1, per = "1.00", account = "points", source = "base" } }, template)
      local spent = { ["m-1"] = 0, ["m-2"] = 0 }
      for _, event in ipairs(events) do
        shop:apply(event)
        spent[event.member] = spent[event.member] + math.tointeger(tonumber((string.match(event.data.total, "^%d+"))))
      end
      for member, most in pairs(spent) do assert.equal(most, shop:balance(member)) end
      shop:verify()
      shop:close()
    end, { runs = 10 })
  end)
end)
