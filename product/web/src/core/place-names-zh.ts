// Chinese names of the cities and regions of nodes and people. A place that is missing here keeps its own name.

const cities = `
amsterdam 阿姆斯特丹|athens 雅典|atlanta 亚特兰大|auckland 奥克兰|bangkok 曼谷|barcelona 巴塞罗那|beijing 北京|bengaluru 班加罗尔|berlin 柏林
bogota 波哥大|brussels 布鲁塞尔|bucharest 布加勒斯特|budapest 布达佩斯|buenos-aires 布宜诺斯艾利斯|busan 釜山|cairo 开罗|cape-town 开普敦
casablanca 卡萨布兰卡|chengdu 成都|chennai 金奈|chicago 芝加哥|chongqing 重庆|cologne 科隆|copenhagen 哥本哈根|dallas 达拉斯|delhi 德里
denver 丹佛|dhaka 达卡|dubai 迪拜|dublin 都柏林|frankfurt 法兰克福|frankfurt-am-main 法兰克福|geneva 日内瓦|guangzhou 广州|hamburg 汉堡
hangzhou 杭州|hanoi 河内|helsinki 赫尔辛基|ho-chi-minh-city 胡志明市|hong-kong 香港|honolulu 檀香山|hyderabad 海得拉巴|istanbul 伊斯坦布尔
jakarta 雅加达|johannesburg 约翰内斯堡|kaohsiung 高雄|karachi 卡拉奇|kuala-lumpur 吉隆坡|kyiv 基辅|lagos 拉各斯|lima 利马|lisbon 里斯本
london 伦敦|los-angeles 洛杉矶|lyon 里昂|madrid 马德里|manchester 曼彻斯特|manila 马尼拉|marseille 马赛|melbourne 墨尔本|mexico-city 墨西哥城
miami 迈阿密|milan 米兰|montreal 蒙特利尔|moscow 莫斯科|mumbai 孟买|munich 慕尼黑|nagoya 名古屋|nairobi 内罗毕|nanjing 南京|new-york 纽约
new-york-city 纽约|osaka 大阪|oslo 奥斯陆|paris 巴黎|perth 珀斯|prague 布拉格|riyadh 利雅得|rome 罗马|rotterdam 鹿特丹|saint-petersburg 圣彼得堡
san-francisco 旧金山|santiago 圣地亚哥|sao-paulo 圣保罗|seattle 西雅图|seoul 首尔|shanghai 上海|shenzhen 深圳|singapore 新加坡|sofia 索非亚
stockholm 斯德哥尔摩|sydney 悉尼|taipei 台北|tel-aviv 特拉维夫|tianjin 天津|tokyo 东京|toronto 多伦多|vancouver 温哥华|vienna 维也纳|warsaw 华沙
accra 阿克拉|addis-ababa 亚的斯亚贝巴|adelaide 阿德莱德|almaty 阿拉木图|amman 安曼|brisbane 布里斯班|calgary 卡尔加里|caracas 加拉加斯
colombo 科伦坡|dakar 达喀尔|doha 多哈|durban 德班|fortaleza 福塔莱萨|guadalajara 瓜达拉哈拉|halifax 哈利法克斯|izmir 伊兹密尔
kolkata 加尔各答|krakow 克拉科夫|lahore 拉合尔|luanda 罗安达|minneapolis 明尼阿波利斯|montevideo 蒙得维的亚|novosibirsk 新西伯利亚
panama-city 巴拿马城|phnom-penh 金边|porto 波尔图|quito 基多|reykjavik 雷克雅未克|riga 里加|salt-lake-city 盐湖城|seville 塞维利亚
surabaya 泗水|tallinn 塔林|tashkent 塔什干|tunis 突尼斯|turin 都灵|ulaanbaatar 乌兰巴托|vilnius 维尔纽斯|wellington 惠灵顿
washington 华盛顿|washington-dc 华盛顿|wuhan 武汉|xi-an 西安|xian 西安|zurich 苏黎世
`;

/** Keys are English names in lower case, without accents, with dashes for spaces. */
export const cityNamesZh: ReadonlyMap<string, string> = new Map(
  cities
    .trim()
    .split(/[|\n]/)
    .map((entry) => entry.split(' ') as [string, string]),
);

/** Cloud regions that are not cities. */
export const regionNamesZh: ReadonlyMap<string, string> = new Map([
  ['eu-central', '欧洲中部'],
  ['eu-west', '欧洲西部'],
  ['eu-north', '欧洲北部'],
  ['eu-south', '欧洲南部'],
  ['us-east', '美国东部'],
  ['us-central', '美国中部'],
  ['us-west', '美国西部'],
  ['ca-central', '加拿大中部'],
  ['sa-east', '南美东部'],
  ['ap-southeast', '亚太东南'],
  ['ap-northeast', '亚太东北'],
  ['ap-east', '亚太东部'],
  ['ap-south', '亚太南部'],
  ['cn-north', '华北'],
  ['cn-east', '华东'],
  ['cn-south', '华南'],
  ['me-south', '中东南部'],
  ['af-south', '非洲南部'],
]);
