"""Articles of a shop, by the shelf that their category points at."""

from collections.abc import Mapping

import numpy as np

from synthaix.orchestration.generation.samplers.draw import Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.samplers.lists import listed, words
from synthaix.orchestration.generation.samplers.phrases import Phrases, phrase_maker, phrases
from synthaix.orchestration.schema.column import Column

QUALITIES = words(
    "Compact Classic Portable Lightweight Premium Essential Modern Foldable Everyday Rugged Slim Deluxe Soft Smart "
    "Travel Handmade Adjustable Silent Durable Eco Mini Urban Vintage Sleek Rapid"
)
GOODS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "electr": (
        listed("Wireless|Bluetooth|USB-C|Noise-Cancelling|4K|Solar|Wi-Fi|Magnetic|LED|Dual-Band"),
        listed(
            "Headphones|Speaker|Charger|Keyboard|Mouse|Webcam|Monitor|Power Bank|Router|Microphone|Smartwatch|"
            "Projector|Earbuds|Tablet Stand"
        ),
    ),
    "home": (
        listed("Steel|Ceramic|Bamboo|Glass|Cast-Iron|Copper|Oak|Stoneware|Linen|Enamel"),
        listed(
            "Kettle|Frying Pan|Mug Set|Cutting Board|Teapot|Knife Block|Storage Jar|Table Lamp|Toaster|Mixing Bowl|"
            "Coffee Maker|Salad Bowl|Blanket|Spice Rack"
        ),
    ),
    "cloth": (
        listed("Cotton|Merino|Linen|Denim|Fleece|Waterproof|Quilted|Knit|Stretch|Flannel"),
        listed("T-Shirt|Jacket|Hoodie|Trousers|Scarf|Dress|Sweater|Socks|Raincoat|Shirt|Cardigan|Beanie"),
    ),
    "sport": (
        listed("Trail|Carbon|Non-Slip|Inflatable|Insulated|Aluminium|Training|Mountain|Water-Resistant"),
        listed(
            "Backpack 24L|Yoga Mat|Water Bottle|Running Shoes|Tent|Bike Helmet|Resistance Bands|Kayak Paddle|"
            "Sleeping Bag|Dumbbell Set|Headlamp|Jump Rope"
        ),
    ),
    "beaut": (
        listed("Hydrating|Aloe|Shea Butter|Vitamin C|Rosewater|Charcoal|Coconut|Unscented|Lavender"),
        listed("Face Cream|Shampoo|Body Lotion|Lip Balm|Hand Soap|Serum|Sunscreen|Hair Mask|Bath Salts"),
    ),
    "toy": (
        listed("Wooden|Magnetic|Plush|Musical|Colourful|Build-Your-Own|Cooperative|Glow-in-the-Dark"),
        listed("Puzzle|Train Set|Building Blocks|Board Game|Teddy Bear|Marble Run|Kite|Card Game|Dollhouse"),
    ),
    "book": (
        listed("Illustrated|Pocket|Hardcover|Annotated|Collector's|Beginner's|Complete|Weekend"),
        listed("Cookbook|Travel Guide|Garden Almanac|Atlas|Photo Book|Workbook|Short Stories|Phrasebook|Planner"),
    ),
    "office": (
        listed("Ergonomic|Recycled|Dotted|Gel-Ink|Standing|A4|Magnetic|Refillable"),
        listed("Desk Chair|Notebook|Pen Set|Desk Organizer|Whiteboard|Paper Shredder|Stapler|Desk Lamp|Binder"),
    ),
    "garden": (
        listed("Terracotta|Galvanized|Cordless|Folding|Long-Handled|Self-Watering|Cedar|Heavy-Duty"),
        listed(
            "Planter|Watering Can|Pruning Shears|Hose 20 m|Raised Bed|Bird Feeder|Garden Chair|Wheelbarrow|Trowel Set"
        ),
    ),
    "groc": (
        listed("Organic|Roasted|Wholegrain|Cold-Pressed|Smoked|Dried|Salted|Wild|Fair-Trade"),
        listed("Coffee Beans|Olive Oil|Granola|Dark Chocolate|Almonds|Green Tea|Honey|Pasta|Tomato Sauce|Lentils"),
    ),
}
SHELVES: Mapping[str, str] = {
    "electr": "electr", "tech": "electr", "comput": "electr", "gadget": "electr", "audio": "electr", "phone": "electr",
    "home": "home", "kitchen": "home", "furnitur": "home", "decor": "home", "appliance": "home", "house": "home",
    "cloth": "cloth", "apparel": "cloth", "fashion": "cloth", "shoe": "cloth", "wear": "cloth", "sport": "sport",
    "outdoor": "sport", "fitness": "sport", "beaut": "beaut", "health": "beaut", "cosmetic": "beaut", "care": "beaut",
    "toy": "toy", "game": "toy", "kid": "toy", "baby": "toy", "book": "book", "office": "office", "station": "office",
    "garden": "garden", "groc": "groc", "food": "groc", "drink": "groc",
}  # fmt: skip


def goods(shelf: str | None) -> Phrases:
    """Product names of one shelf, or of all."""
    shelves = [GOODS[shelf]] if shelf else list(GOODS.values())
    return phrases(*[(QUALITIES, " ", kinds, " ", things) for kinds, things in shelves])


def shelf_of(category: object) -> str | None:
    """The shelf that a category's name points at."""
    text = str(category).casefold()
    return next((shelf for start, shelf in SHELVES.items() if start in text), None)


def product_name(setting: Setting) -> Maker:
    """Product names that suit the row's category."""
    category = category_of(setting)
    if category is None or setting.rules.unique:
        return phrase_maker(setting, goods(None))
    wordings: dict[object, Phrases] = {}
    name = setting.name

    def made(draw: Draw) -> Cells:
        cells, shares = draw.raw[category.name], draw.rng(name).random(len(draw.index))
        texts = np.empty(len(shares), dtype=object)
        rows: dict[str | None, list[int]] = {}
        for row, cell in enumerate(cells):
            rows.setdefault(_shelf(cell), []).append(row)
        for shelf, mine in rows.items():
            wording = wordings.setdefault(shelf, goods(shelf))
            texts[mine] = wording.nth((shares[mine] * wording.size).astype(np.int64))
        found: Cells = texts.tolist()
        return found

    shelves: dict[object, str | None] = {}

    def _shelf(cell: object) -> str | None:
        if cell not in shelves and len(shelves) < 1_000:
            shelves[cell] = shelf_of(cell)
        return shelves[cell] if cell in shelves else shelf_of(cell)

    return Maker(made, float(goods(None).size), frozenset({category.name}))


def category_of(setting: Setting) -> Column | None:
    """The column with the row's product category."""
    for column in setting.table.columns:
        if column.kind in ("product.category", "general.category") and column.name != setting.name:
            return column
    return None
