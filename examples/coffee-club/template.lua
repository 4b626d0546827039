-- A chain of coffee bars: drinks are counted in cups, beans are known by their roast, stamps are given by the cup.
return { name = "coffee-club", version = "1.0.0", api = 1 }
