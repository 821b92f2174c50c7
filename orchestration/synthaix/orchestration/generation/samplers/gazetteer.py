"""A small gazetteer: real cities with their region, position and the form of their postal codes.

One line per country: name | code | currency | main language | calling code | nationality | usual time zone.
One line per city, indented: name | region | latitude, longitude | postal code, `#` a digit and `@` a letter | time zone
where it is not the usual one. Positions are rounded to two decimals.
"""

from dataclasses import dataclass, fields
from functools import cache


@dataclass(frozen=True, slots=True)
class Country:
    """A country and what its inhabitants use."""

    name: str
    code: str
    currency: str
    language: str
    calling_code: str
    nationality: str
    timezone: str


FIELDS = fields(Country)


@dataclass(frozen=True, slots=True)
class City:
    """A city and where it lies; `postal` is a mask."""

    name: str
    region: str
    latitude: float
    longitude: float
    postal: str
    timezone: str
    country: Country


@cache
def cities() -> tuple[City, ...]:
    """Every city, in the order of the countries."""
    found: list[City] = []
    lines = [[part.strip() for part in line.split("|")] for line in GAZETTEER.strip().splitlines()]
    country = Country(*lines[0])
    for parts in lines:
        if len(parts) == len(FIELDS):
            country = Country(*parts)
            continue
        latitude, longitude = (float(part) for part in parts[2].split(","))
        zone = parts[4] if len(parts) > 4 else country.timezone
        found.append(City(parts[0], parts[1], latitude, longitude, parts[3], zone, country))
    return tuple(found)


@cache
def countries() -> tuple[Country, ...]:
    """Every country of the gazetteer."""
    return tuple(dict.fromkeys(city.country for city in cities()))


GAZETTEER = """
United States | US | USD | en | +1 | American | America/New_York
    New York | New York | 40.71,-74.01 | 100##
    Los Angeles | California | 34.05,-118.24 | 900## | America/Los_Angeles
    Chicago | Illinois | 41.88,-87.63 | 606## | America/Chicago
    Houston | Texas | 29.76,-95.37 | 770## | America/Chicago
    Phoenix | Arizona | 33.45,-112.07 | 850## | America/Phoenix
    Philadelphia | Pennsylvania | 39.95,-75.17 | 191##
    San Diego | California | 32.72,-117.16 | 921## | America/Los_Angeles
    Austin | Texas | 30.27,-97.74 | 787## | America/Chicago
    Denver | Colorado | 39.74,-104.99 | 802## | America/Denver
    Seattle | Washington | 47.61,-122.33 | 981## | America/Los_Angeles
    Boston | Massachusetts | 42.36,-71.06 | 021##
    Portland | Oregon | 45.52,-122.68 | 972## | America/Los_Angeles
    Atlanta | Georgia | 33.75,-84.39 | 303##
    Minneapolis | Minnesota | 44.98,-93.27 | 554## | America/Chicago
    Nashville | Tennessee | 36.16,-86.78 | 372## | America/Chicago
    Miami | Florida | 25.76,-80.19 | 331##
Canada | CA | CAD | en | +1 | Canadian | America/Toronto
    Toronto | Ontario | 43.65,-79.38 | M#@ #@#
    Montreal | Quebec | 45.50,-73.57 | H#@ #@#
    Vancouver | British Columbia | 49.28,-123.12 | V#@ #@# | America/Vancouver
    Calgary | Alberta | 51.04,-114.07 | T#@ #@# | America/Edmonton
    Ottawa | Ontario | 45.42,-75.70 | K#@ #@#
    Edmonton | Alberta | 53.55,-113.49 | T#@ #@# | America/Edmonton
    Winnipeg | Manitoba | 49.90,-97.14 | R#@ #@# | America/Winnipeg
    Halifax | Nova Scotia | 44.65,-63.58 | B#@ #@# | America/Halifax
    Quebec City | Quebec | 46.81,-71.21 | G#@ #@#
    Hamilton | Ontario | 43.26,-79.87 | L#@ #@#
United Kingdom | GB | GBP | en | +44 | British | Europe/London
    London | England | 51.51,-0.13 | SW# #@@
    Birmingham | England | 52.48,-1.90 | B## #@@
    Manchester | England | 53.48,-2.24 | M## #@@
    Leeds | England | 53.80,-1.55 | LS# #@@
    Glasgow | Scotland | 55.86,-4.25 | G## #@@
    Edinburgh | Scotland | 55.95,-3.19 | EH# #@@
    Liverpool | England | 53.41,-2.99 | L## #@@
    Bristol | England | 51.45,-2.59 | BS# #@@
    Cardiff | Wales | 51.48,-3.18 | CF## #@@
    Belfast | Northern Ireland | 54.60,-5.93 | BT# #@@
    Norwich | England | 52.63,1.30 | NR# #@@
Ireland | IE | EUR | en | +353 | Irish | Europe/Dublin
    Dublin | Leinster | 53.35,-6.26 | D0# @@##
    Cork | Munster | 51.90,-8.47 | T12 @@##
    Galway | Connacht | 53.27,-9.05 | H91 @@##
    Limerick | Munster | 52.66,-8.63 | V94 @@##
    Waterford | Munster | 52.26,-7.11 | X91 @@##
    Kilkenny | Leinster | 52.65,-7.25 | R95 @@##
    Sligo | Connacht | 54.27,-8.47 | F91 @@##
    Drogheda | Leinster | 53.72,-6.35 | A92 @@##
    Wexford | Leinster | 52.34,-6.46 | Y35 @@##
    Athlone | Leinster | 53.42,-7.94 | N37 @@##
Germany | DE | EUR | de | +49 | German | Europe/Berlin
    Berlin | Berlin | 52.52,13.40 | 10###
    Hamburg | Hamburg | 53.55,9.99 | 20###
    Munich | Bavaria | 48.14,11.58 | 80###
    Cologne | North Rhine-Westphalia | 50.94,6.96 | 50###
    Frankfurt | Hesse | 50.11,8.68 | 60###
    Stuttgart | Baden-Württemberg | 48.78,9.18 | 70###
    Leipzig | Saxony | 51.34,12.37 | 04###
    Dresden | Saxony | 51.05,13.74 | 01###
    Hanover | Lower Saxony | 52.38,9.73 | 30###
    Nuremberg | Bavaria | 49.45,11.08 | 90###
    Bremen | Bremen | 53.08,8.80 | 28###
    Freiburg | Baden-Württemberg | 47.99,7.85 | 79###
Austria | AT | EUR | de | +43 | Austrian | Europe/Vienna
    Vienna | Vienna | 48.21,16.37 | 10#0
    Graz | Styria | 47.07,15.44 | 80##
    Linz | Upper Austria | 48.31,14.29 | 40##
    Salzburg | Salzburg | 47.81,13.06 | 50##
    Innsbruck | Tyrol | 47.27,11.40 | 60##
    Klagenfurt | Carinthia | 46.62,14.31 | 90##
    Villach | Carinthia | 46.61,13.86 | 95##
    Wels | Upper Austria | 48.16,14.02 | 46##
    St. Pölten | Lower Austria | 48.20,15.62 | 31##
    Bregenz | Vorarlberg | 47.50,9.75 | 69##
Switzerland | CH | CHF | de | +41 | Swiss | Europe/Zurich
    Zurich | Zurich | 47.38,8.54 | 80##
    Geneva | Geneva | 46.20,6.14 | 12##
    Basel | Basel-Stadt | 47.56,7.59 | 40##
    Bern | Bern | 46.95,7.45 | 30##
    Lausanne | Vaud | 46.52,6.63 | 10##
    Winterthur | Zurich | 47.50,8.72 | 84##
    Lucerne | Lucerne | 47.05,8.31 | 60##
    St. Gallen | St. Gallen | 47.42,9.37 | 90##
    Lugano | Ticino | 46.00,8.95 | 69##
    Biel | Bern | 47.14,7.25 | 25##
France | FR | EUR | fr | +33 | French | Europe/Paris
    Paris | Île-de-France | 48.86,2.35 | 750##
    Lyon | Auvergne-Rhône-Alpes | 45.76,4.84 | 6900#
    Marseille | Provence-Alpes-Côte d'Azur | 43.30,5.37 | 130##
    Toulouse | Occitanie | 43.60,1.44 | 31#00
    Nice | Provence-Alpes-Côte d'Azur | 43.71,7.26 | 06#00
    Nantes | Pays de la Loire | 47.22,-1.55 | 44#00
    Strasbourg | Grand Est | 48.57,7.75 | 67#00
    Bordeaux | Nouvelle-Aquitaine | 44.84,-0.58 | 33#00
    Lille | Hauts-de-France | 50.63,3.06 | 59#00
    Rennes | Brittany | 48.11,-1.68 | 35#00
    Grenoble | Auvergne-Rhône-Alpes | 45.19,5.72 | 38#00
Spain | ES | EUR | es | +34 | Spanish | Europe/Madrid
    Madrid | Community of Madrid | 40.42,-3.70 | 280##
    Barcelona | Catalonia | 41.39,2.17 | 080##
    Valencia | Valencian Community | 39.47,-0.38 | 460##
    Seville | Andalusia | 37.39,-5.98 | 410##
    Zaragoza | Aragon | 41.65,-0.89 | 500##
    Málaga | Andalusia | 36.72,-4.42 | 290##
    Bilbao | Basque Country | 43.26,-2.93 | 480##
    Granada | Andalusia | 37.18,-3.60 | 180##
    Palma | Balearic Islands | 39.57,2.65 | 070##
    Valladolid | Castile and León | 41.65,-4.72 | 470##
Portugal | PT | EUR | pt | +351 | Portuguese | Europe/Lisbon
    Lisbon | Lisbon | 38.72,-9.14 | 1###-###
    Porto | Porto | 41.15,-8.61 | 4###-###
    Braga | Braga | 41.55,-8.43 | 47##-###
    Coimbra | Coimbra | 40.21,-8.43 | 30##-###
    Faro | Faro | 37.02,-7.93 | 80##-###
    Aveiro | Aveiro | 40.64,-8.65 | 38##-###
    Évora | Évora | 38.57,-7.91 | 70##-###
    Setúbal | Setúbal | 38.52,-8.89 | 29##-###
    Viseu | Viseu | 40.66,-7.91 | 35##-###
    Funchal | Madeira | 32.65,-16.91 | 90##-### | Atlantic/Madeira
Italy | IT | EUR | it | +39 | Italian | Europe/Rome
    Rome | Lazio | 41.90,12.50 | 001##
    Milan | Lombardy | 45.46,9.19 | 201##
    Naples | Campania | 40.85,14.27 | 801##
    Turin | Piedmont | 45.07,7.69 | 101##
    Palermo | Sicily | 38.12,13.36 | 901##
    Genoa | Liguria | 44.41,8.93 | 161##
    Bologna | Emilia-Romagna | 44.49,11.34 | 401##
    Florence | Tuscany | 43.77,11.26 | 501##
    Venice | Veneto | 45.44,12.32 | 301##
    Verona | Veneto | 45.44,10.99 | 371##
Netherlands | NL | EUR | nl | +31 | Dutch | Europe/Amsterdam
    Amsterdam | North Holland | 52.37,4.90 | 10## @@
    Rotterdam | South Holland | 51.92,4.48 | 30## @@
    The Hague | South Holland | 52.08,4.31 | 25## @@
    Utrecht | Utrecht | 52.09,5.12 | 35## @@
    Eindhoven | North Brabant | 51.44,5.48 | 56## @@
    Groningen | Groningen | 53.22,6.57 | 97## @@
    Tilburg | North Brabant | 51.56,5.09 | 50## @@
    Breda | North Brabant | 51.59,4.78 | 48## @@
    Nijmegen | Gelderland | 51.84,5.87 | 65## @@
    Maastricht | Limburg | 50.85,5.69 | 62## @@
Belgium | BE | EUR | nl | +32 | Belgian | Europe/Brussels
    Brussels | Brussels | 50.85,4.35 | 10##
    Antwerp | Flanders | 51.22,4.40 | 20##
    Ghent | Flanders | 51.05,3.72 | 90##
    Charleroi | Wallonia | 50.41,4.44 | 60##
    Liège | Wallonia | 50.63,5.57 | 40##
    Bruges | Flanders | 51.21,3.22 | 80##
    Namur | Wallonia | 50.47,4.87 | 50##
    Leuven | Flanders | 50.88,4.70 | 30##
    Mons | Wallonia | 50.45,3.95 | 70##
    Mechelen | Flanders | 51.03,4.48 | 28##
Poland | PL | PLN | pl | +48 | Polish | Europe/Warsaw
    Warsaw | Masovia | 52.23,21.01 | 00-###
    Kraków | Lesser Poland | 50.06,19.94 | 30-###
    Łódź | Łódź | 51.76,19.46 | 90-###
    Wrocław | Lower Silesia | 51.11,17.04 | 50-###
    Poznań | Greater Poland | 52.41,16.93 | 60-###
    Gdańsk | Pomerania | 54.35,18.65 | 80-###
    Szczecin | West Pomerania | 53.43,14.55 | 70-###
    Lublin | Lublin | 51.25,22.57 | 20-###
    Katowice | Silesia | 50.26,19.02 | 40-###
    Białystok | Podlaskie | 53.13,23.16 | 15-###
Sweden | SE | SEK | sv | +46 | Swedish | Europe/Stockholm
    Stockholm | Stockholm | 59.33,18.07 | 11# ##
    Gothenburg | Västra Götaland | 57.71,11.97 | 41# ##
    Malmö | Skåne | 55.60,13.00 | 21# ##
    Uppsala | Uppsala | 59.86,17.64 | 75# ##
    Västerås | Västmanland | 59.61,16.55 | 72# ##
    Örebro | Örebro | 59.27,15.21 | 70# ##
    Linköping | Östergötland | 58.41,15.62 | 58# ##
    Lund | Skåne | 55.70,13.19 | 22# ##
    Umeå | Västerbotten | 63.83,20.26 | 90# ##
    Gävle | Gävleborg | 60.67,17.14 | 80# ##
Denmark | DK | DKK | da | +45 | Danish | Europe/Copenhagen
    Copenhagen | Capital Region | 55.68,12.57 | 21##
    Aarhus | Central Jutland | 56.16,10.20 | 80##
    Odense | Southern Denmark | 55.40,10.40 | 50##
    Aalborg | North Jutland | 57.05,9.92 | 90##
    Esbjerg | Southern Denmark | 55.48,8.46 | 67##
    Randers | Central Jutland | 56.46,10.04 | 89##
    Kolding | Southern Denmark | 55.49,9.47 | 60##
    Horsens | Central Jutland | 55.86,9.85 | 87##
    Vejle | Southern Denmark | 55.71,9.54 | 71##
    Roskilde | Zealand | 55.64,12.08 | 40##
Turkey | TR | TRY | tr | +90 | Turkish | Europe/Istanbul
    Istanbul | Istanbul | 41.01,28.98 | 34###
    Ankara | Ankara | 39.93,32.86 | 06###
    Izmir | Izmir | 38.42,27.14 | 35###
    Bursa | Bursa | 40.19,29.06 | 16###
    Antalya | Antalya | 36.90,30.70 | 07###
    Konya | Konya | 37.87,32.48 | 42###
    Adana | Adana | 37.00,35.32 | 01###
    Gaziantep | Gaziantep | 37.07,37.38 | 27###
    Eskişehir | Eskişehir | 39.78,30.52 | 26###
    Trabzon | Trabzon | 41.00,39.72 | 61###
Japan | JP | JPY | ja | +81 | Japanese | Asia/Tokyo
    Tokyo | Tokyo | 35.68,139.69 | 10#-00##
    Osaka | Osaka | 34.69,135.50 | 53#-00##
    Yokohama | Kanagawa | 35.44,139.64 | 22#-00##
    Nagoya | Aichi | 35.18,136.91 | 46#-00##
    Sapporo | Hokkaido | 43.06,141.35 | 06#-00##
    Fukuoka | Fukuoka | 33.59,130.40 | 81#-00##
    Kyoto | Kyoto | 35.01,135.77 | 60#-80##
    Kobe | Hyogo | 34.69,135.20 | 65#-00##
    Sendai | Miyagi | 38.27,140.87 | 98#-08##
    Hiroshima | Hiroshima | 34.39,132.46 | 73#-00##
India | IN | INR | en | +91 | Indian | Asia/Kolkata
    Mumbai | Maharashtra | 19.08,72.88 | 4000##
    Delhi | Delhi | 28.61,77.21 | 1100##
    Bengaluru | Karnataka | 12.97,77.59 | 5600##
    Hyderabad | Telangana | 17.39,78.49 | 5000##
    Chennai | Tamil Nadu | 13.08,80.27 | 6000##
    Kolkata | West Bengal | 22.57,88.36 | 7000##
    Pune | Maharashtra | 18.52,73.86 | 4110##
    Ahmedabad | Gujarat | 23.02,72.57 | 3800##
    Jaipur | Rajasthan | 26.91,75.79 | 3020##
    Kochi | Kerala | 9.93,76.27 | 6820##
Australia | AU | AUD | en | +61 | Australian | Australia/Sydney
    Sydney | New South Wales | -33.87,151.21 | 20##
    Melbourne | Victoria | -37.81,144.96 | 30## | Australia/Melbourne
    Brisbane | Queensland | -27.47,153.03 | 40## | Australia/Brisbane
    Perth | Western Australia | -31.95,115.86 | 60## | Australia/Perth
    Adelaide | South Australia | -34.93,138.60 | 50## | Australia/Adelaide
    Canberra | Australian Capital Territory | -35.28,149.13 | 26##
    Hobart | Tasmania | -42.88,147.33 | 70## | Australia/Hobart
    Newcastle | New South Wales | -32.93,151.78 | 23##
    Cairns | Queensland | -16.92,145.77 | 48## | Australia/Brisbane
    Geelong | Victoria | -38.15,144.36 | 32## | Australia/Melbourne
Brazil | BR | BRL | pt | +55 | Brazilian | America/Sao_Paulo
    São Paulo | São Paulo | -23.55,-46.63 | 01###-###
    Rio de Janeiro | Rio de Janeiro | -22.91,-43.17 | 20###-###
    Brasília | Federal District | -15.79,-47.88 | 70###-###
    Salvador | Bahia | -12.97,-38.50 | 40###-### | America/Bahia
    Fortaleza | Ceará | -3.73,-38.52 | 60###-### | America/Fortaleza
    Belo Horizonte | Minas Gerais | -19.92,-43.94 | 30###-###
    Curitiba | Paraná | -25.43,-49.27 | 80###-###
    Recife | Pernambuco | -8.05,-34.88 | 50###-### | America/Recife
    Porto Alegre | Rio Grande do Sul | -30.03,-51.23 | 90###-###
    Manaus | Amazonas | -3.12,-60.02 | 69###-### | America/Manaus
Mexico | MX | MXN | es | +52 | Mexican | America/Mexico_City
    Mexico City | Mexico City | 19.43,-99.13 | 06###
    Guadalajara | Jalisco | 20.67,-103.35 | 44###
    Monterrey | Nuevo León | 25.69,-100.32 | 64### | America/Monterrey
    Puebla | Puebla | 19.04,-98.21 | 72###
    Mérida | Yucatán | 20.97,-89.62 | 97### | America/Merida
    Tijuana | Baja California | 32.51,-117.04 | 22### | America/Tijuana
    León | Guanajuato | 21.12,-101.68 | 37###
    Querétaro | Querétaro | 20.59,-100.39 | 76###
    Cancún | Quintana Roo | 21.16,-86.85 | 77### | America/Cancun
    Oaxaca | Oaxaca | 17.07,-96.72 | 68###
Argentina | AR | ARS | es | +54 | Argentine | America/Argentina/Buenos_Aires
    Buenos Aires | Buenos Aires | -34.60,-58.38 | C1###@@@
    Córdoba | Córdoba | -31.42,-64.18 | X5###@@@
    Rosario | Santa Fe | -32.94,-60.64 | S2###@@@
    Mendoza | Mendoza | -32.89,-68.84 | M5###@@@
    La Plata | Buenos Aires | -34.92,-57.95 | B1###@@@
    Mar del Plata | Buenos Aires | -38.00,-57.56 | B7###@@@
    Salta | Salta | -24.79,-65.41 | A4###@@@
    Neuquén | Neuquén | -38.95,-68.06 | Q8###@@@
    Bariloche | Río Negro | -41.13,-71.31 | R8###@@@
    Ushuaia | Tierra del Fuego | -54.80,-68.30 | V9###@@@
South Korea | KR | KRW | ko | +82 | South Korean | Asia/Seoul
    Seoul | Seoul | 37.57,126.98 | 04###
    Busan | Busan | 35.18,129.08 | 48###
    Incheon | Incheon | 37.46,126.71 | 21###
    Daegu | Daegu | 35.87,128.60 | 41###
    Daejeon | Daejeon | 36.35,127.38 | 34###
    Gwangju | Gwangju | 35.16,126.85 | 61###
    Suwon | Gyeonggi | 37.26,127.03 | 16###
    Ulsan | Ulsan | 35.54,129.31 | 44###
    Jeonju | North Jeolla | 35.82,127.15 | 54###
    Jeju City | Jeju | 33.50,126.53 | 63###
South Africa | ZA | ZAR | en | +27 | South African | Africa/Johannesburg
    Johannesburg | Gauteng | -26.20,28.05 | 20##
    Cape Town | Western Cape | -33.92,18.42 | 80##
    Durban | KwaZulu-Natal | -29.86,31.02 | 40##
    Pretoria | Gauteng | -25.75,28.19 | 00##
    Gqeberha | Eastern Cape | -33.96,25.60 | 60##
    Bloemfontein | Free State | -29.12,26.21 | 93##
    East London | Eastern Cape | -33.02,27.91 | 52##
    Polokwane | Limpopo | -23.90,29.45 | 07##
    Kimberley | Northern Cape | -28.73,24.76 | 83##
    Stellenbosch | Western Cape | -33.93,18.86 | 76##
"""
