"""Invented words of invented residents, in Bulgarian and English."""

PLACES = {
    "bg": ["пред бл. {n}", "до спирката", "срещу детската градина", "зад магазина", "на ъгъла до № {n}"],
    "en": [
        "in front of block {n}",
        "by the bus stop",
        "opposite the kindergarten",
        "behind the shop",
        "at the corner, no. {n}",
    ],
}

DESCRIPTIONS: dict[str, dict[str, list[str]]] = {
    "pothole": {
        "bg": ["Голяма дупка, колите я заобикалят в насрещното.", "След дъжда стана двойно по-голяма."],
        "en": ["A deep hole, cars swerve around it.", "It doubled in size after the rain."],
    },
    "manhole": {
        "bg": ["Капакът липсва, наоколо играят деца.", "Решетката е хлътнала и се клати."],
        "en": ["The cover is missing and children play nearby.", "The grate has sunk and rocks."],
    },
    "sign": {
        "bg": ["Знакът лежи на тротоара от два дни.", "Стълбът е изкривен и закрива прехода."],
        "en": ["The sign has been lying on the pavement for two days.", "The post leans over the crossing."],
    },
    "dumped-litter": {
        "bg": ["Чували и стари мебели до контейнера.", "Някой изсипва строителни отпадъци всяка нощ."],
        "en": ["Bags and old furniture beside the container.", "Somebody dumps rubble here every night."],
    },
    "full-container": {
        "bg": ["Контейнерът прелива от петък.", "Кучетата разнасят боклука."],
        "en": ["The container has been overflowing since Friday.", "Dogs scatter the rubbish."],
    },
    "graffiti": {
        "bg": ["Надраскаха фасадата, която ремонтирахме лятото."],
        "en": ["The wall we repainted this summer is covered in scrawl."],
    },
    "tree": {
        "bg": ["Голям клон е паднал върху алеята.", "Клонът виси над входа."],
        "en": ["A large branch blocks the path.", "A branch hangs above the entrance."],
    },
    "bench": {
        "bg": ["Две от дъските са счупени, стърчат пирони."],
        "en": ["Two planks are broken and nails stick out."],
    },
    "lamp": {
        "bg": ["Цялата уличка е тъмна от седмица.", "Лампата премигва и угасва."],
        "en": ["The whole lane has been dark for a week.", "The lamp flickers and goes out."],
    },
    "water-leak": {
        "bg": ["Водата тече по улицата и замръзва сутрин."],
        "en": ["Water runs down the street and freezes in the morning."],
    },
    "homeless-person": {
        "bg": ["Човек спи на пейката и има нужда от помощ."],
        "en": ["A person sleeps on the bench and needs help."],
    },
    "other": {"bg": ["Оградата е паднала на тротоара."], "en": ["A fence has fallen onto the pavement."]},
}

REASONS = {
    "bg": "Имотът е частен: общината няма право да работи в него.",
    "en": "The land is private: the municipality may not work there.",
}
HANDED_OVER = {
    "bg": "От вашата страна на улицата е.",
    "en": "It is on your side of the street.",
}
REOPENINGS = {"bg": "След два дни пак е същото.", "en": "Two days later it is the same again."}
