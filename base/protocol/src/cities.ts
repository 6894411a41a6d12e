// Cities and their places. They name nodes' cities in both languages of the page, and replace an IP location in
// development (`from=singapore`). Coordinates are those of the centre, to a hundredth of a degree.
import type { Point } from './geo.ts';

export interface City extends Point {
  readonly id: string;
  readonly nameEn: string;
  readonly nameZh: string;
  readonly countryCode: string;
}

// id | English | Chinese | latitude | longitude | country
const facts = `
amsterdam|Amsterdam|阿姆斯特丹|52.37|4.90|NL
athens|Athens|雅典|37.98|23.73|GR
atlanta|Atlanta|亚特兰大|33.75|-84.39|US
auckland|Auckland|奥克兰|-36.85|174.76|NZ
bangkok|Bangkok|曼谷|13.76|100.50|TH
barcelona|Barcelona|巴塞罗那|41.39|2.17|ES
beijing|Beijing|北京|39.90|116.41|CN
bengaluru|Bengaluru|班加罗尔|12.97|77.59|IN
berlin|Berlin|柏林|52.52|13.40|DE
bogota|Bogotá|波哥大|4.71|-74.07|CO
brussels|Brussels|布鲁塞尔|50.85|4.35|BE
bucharest|Bucharest|布加勒斯特|44.43|26.10|RO
budapest|Budapest|布达佩斯|47.50|19.04|HU
buenos-aires|Buenos Aires|布宜诺斯艾利斯|-34.60|-58.38|AR
cairo|Cairo|开罗|30.04|31.24|EG
cape-town|Cape Town|开普敦|-33.92|18.42|ZA
casablanca|Casablanca|卡萨布兰卡|33.57|-7.59|MA
chengdu|Chengdu|成都|30.57|104.07|CN
chennai|Chennai|金奈|13.08|80.27|IN
chicago|Chicago|芝加哥|41.88|-87.63|US
copenhagen|Copenhagen|哥本哈根|55.68|12.57|DK
dallas|Dallas|达拉斯|32.78|-96.80|US
delhi|Delhi|德里|28.61|77.21|IN
denver|Denver|丹佛|39.74|-104.99|US
dhaka|Dhaka|达卡|23.81|90.41|BD
dubai|Dubai|迪拜|25.20|55.27|AE
dublin|Dublin|都柏林|53.35|-6.26|IE
frankfurt|Frankfurt|法兰克福|50.11|8.68|DE
geneva|Geneva|日内瓦|46.20|6.14|CH
guangzhou|Guangzhou|广州|23.13|113.26|CN
hanoi|Hanoi|河内|21.03|105.85|VN
helsinki|Helsinki|赫尔辛基|60.17|24.94|FI
ho-chi-minh-city|Ho Chi Minh City|胡志明市|10.82|106.63|VN
hong-kong|Hong Kong|香港|22.32|114.17|HK
honolulu|Honolulu|檀香山|21.31|-157.86|US
istanbul|Istanbul|伊斯坦布尔|41.01|28.98|TR
jakarta|Jakarta|雅加达|-6.21|106.85|ID
johannesburg|Johannesburg|约翰内斯堡|-26.20|28.05|ZA
karachi|Karachi|卡拉奇|24.86|67.00|PK
kuala-lumpur|Kuala Lumpur|吉隆坡|3.14|101.69|MY
kyiv|Kyiv|基辅|50.45|30.52|UA
lagos|Lagos|拉各斯|6.52|3.38|NG
lima|Lima|利马|-12.05|-77.04|PE
lisbon|Lisbon|里斯本|38.72|-9.14|PT
london|London|伦敦|51.51|-0.13|GB
los-angeles|Los Angeles|洛杉矶|34.05|-118.24|US
madrid|Madrid|马德里|40.42|-3.70|ES
manila|Manila|马尼拉|14.60|120.98|PH
marseille|Marseille|马赛|43.30|5.37|FR
melbourne|Melbourne|墨尔本|-37.81|144.96|AU
mexico-city|Mexico City|墨西哥城|19.43|-99.13|MX
miami|Miami|迈阿密|25.76|-80.19|US
milan|Milan|米兰|45.46|9.19|IT
montreal|Montreal|蒙特利尔|45.50|-73.57|CA
moscow|Moscow|莫斯科|55.76|37.62|RU
mumbai|Mumbai|孟买|19.08|72.88|IN
munich|Munich|慕尼黑|48.14|11.58|DE
nairobi|Nairobi|内罗毕|-1.29|36.82|KE
new-york|New York|纽约|40.71|-74.01|US
osaka|Osaka|大阪|34.69|135.50|JP
oslo|Oslo|奥斯陆|59.91|10.75|NO
paris|Paris|巴黎|48.86|2.35|FR
perth|Perth|珀斯|-31.95|115.86|AU
prague|Prague|布拉格|50.08|14.44|CZ
riyadh|Riyadh|利雅得|24.71|46.68|SA
rome|Rome|罗马|41.90|12.50|IT
san-francisco|San Francisco|旧金山|37.77|-122.42|US
santiago|Santiago|圣地亚哥|-33.45|-70.67|CL
sao-paulo|São Paulo|圣保罗|-23.55|-46.63|BR
seattle|Seattle|西雅图|47.61|-122.33|US
seoul|Seoul|首尔|37.57|126.98|KR
shanghai|Shanghai|上海|31.23|121.47|CN
shenzhen|Shenzhen|深圳|22.54|114.06|CN
singapore|Singapore|新加坡|1.35|103.82|SG
sofia|Sofia|索非亚|42.70|23.32|BG
stockholm|Stockholm|斯德哥尔摩|59.33|18.07|SE
sydney|Sydney|悉尼|-33.87|151.21|AU
taipei|Taipei|台北|25.03|121.57|TW
tel-aviv|Tel Aviv|特拉维夫|32.09|34.78|IL
tokyo|Tokyo|东京|35.68|139.69|JP
toronto|Toronto|多伦多|43.65|-79.38|CA
vancouver|Vancouver|温哥华|49.28|-123.12|CA
vienna|Vienna|维也纳|48.21|16.37|AT
warsaw|Warsaw|华沙|52.23|21.01|PL
washington|Washington|华盛顿|38.91|-77.04|US
wuhan|Wuhan|武汉|30.59|114.31|CN
xian|Xi'an|西安|34.34|108.94|CN
zurich|Zurich|苏黎世|47.37|8.54|CH
`;

export const cities: readonly City[] = facts
  .trim()
  .split('\n')
  .map((line) => {
    const [id = '', nameEn = '', nameZh = '', latitude = '', longitude = '', countryCode = ''] = line.split('|');
    return { id, nameEn, nameZh, latitude: Number(latitude), longitude: Number(longitude), countryCode };
  });

const byId = new Map(cities.map((city) => [city.id, city]));

/** Finds a city by id; case, blanks and underscores do not matter (`New York` = `new-york`). */
export function cityOf(text: string): City | undefined {
  return byId.get(
    text
      .trim()
      .toLowerCase()
      .replaceAll(/[\s_]+/g, '-'),
  );
}
