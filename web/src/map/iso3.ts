/** ISO 3166-1 numeric codes, as the map's shapes carry them, to the alpha-3 codes of the tables. */
export const ISO3: Readonly<Record<string, string>> = {
  '004': 'AFG', '008': 'ALB', '010': 'ATA', '012': 'DZA', '024': 'AGO', '031': 'AZE', '032': 'ARG', '036': 'AUS',
  '040': 'AUT', '044': 'BHS', '050': 'BGD', '051': 'ARM', '056': 'BEL', '064': 'BTN', '068': 'BOL', '070': 'BIH',
  '072': 'BWA', '076': 'BRA', '084': 'BLZ', '090': 'SLB', '096': 'BRN', '100': 'BGR', '104': 'MMR', '108': 'BDI',
  '112': 'BLR', '116': 'KHM', '120': 'CMR', '124': 'CAN', '140': 'CAF', '144': 'LKA', '148': 'TCD', '152': 'CHL',
  '156': 'CHN', '158': 'TWN', '170': 'COL', '178': 'COG', '180': 'COD', '188': 'CRI', '191': 'HRV', '192': 'CUB',
  '196': 'CYP', '203': 'CZE', '204': 'BEN', '208': 'DNK', '214': 'DOM', '218': 'ECU', '222': 'SLV', '226': 'GNQ',
  '231': 'ETH', '232': 'ERI', '233': 'EST', '238': 'FLK', '242': 'FJI', '246': 'FIN', '250': 'FRA', '260': 'ATF',
  '262': 'DJI', '266': 'GAB', '268': 'GEO', '270': 'GMB', '275': 'PSE', '276': 'DEU', '288': 'GHA', '300': 'GRC',
  '304': 'GRL', '320': 'GTM', '324': 'GIN', '328': 'GUY', '332': 'HTI', '340': 'HND', '348': 'HUN', '352': 'ISL',
  '356': 'IND', '360': 'IDN', '364': 'IRN', '368': 'IRQ', '372': 'IRL', '376': 'ISR', '380': 'ITA', '384': 'CIV',
  '388': 'JAM', '392': 'JPN', '398': 'KAZ', '400': 'JOR', '404': 'KEN', '408': 'PRK', '410': 'KOR', '414': 'KWT',
  '417': 'KGZ', '418': 'LAO', '422': 'LBN', '426': 'LSO', '428': 'LVA', '430': 'LBR', '434': 'LBY', '440': 'LTU',
  '442': 'LUX', '450': 'MDG', '454': 'MWI', '458': 'MYS', '466': 'MLI', '478': 'MRT', '484': 'MEX', '496': 'MNG',
  '498': 'MDA', '499': 'MNE', '504': 'MAR', '508': 'MOZ', '512': 'OMN', '516': 'NAM', '524': 'NPL', '528': 'NLD',
  '540': 'NCL', '548': 'VUT', '554': 'NZL', '558': 'NIC', '562': 'NER', '566': 'NGA', '578': 'NOR', '586': 'PAK',
  '591': 'PAN', '598': 'PNG', '600': 'PRY', '604': 'PER', '608': 'PHL', '616': 'POL', '620': 'PRT', '624': 'GNB',
  '626': 'TLS', '630': 'PRI', '634': 'QAT', '642': 'ROU', '643': 'RUS', '646': 'RWA', '682': 'SAU', '686': 'SEN',
  '688': 'SRB', '694': 'SLE', '703': 'SVK', '704': 'VNM', '705': 'SVN', '706': 'SOM', '710': 'ZAF', '716': 'ZWE',
  '724': 'ESP', '728': 'SSD', '729': 'SDN', '732': 'ESH', '740': 'SUR', '748': 'SWZ', '752': 'SWE', '756': 'CHE',
  '760': 'SYR', '762': 'TJK', '764': 'THA', '768': 'TGO', '780': 'TTO', '784': 'ARE', '788': 'TUN', '792': 'TUR',
  '795': 'TKM', '800': 'UGA', '804': 'UKR', '807': 'MKD', '818': 'EGY', '826': 'GBR', '834': 'TZA', '840': 'USA',
  '854': 'BFA', '858': 'URY', '860': 'UZB', '862': 'VEN', '887': 'YEM', '894': 'ZMB',};

/** Shapes without an ISO number in the map data, by the name that they carry there. */
export const BY_NAME: Readonly<Record<string, string>> = { Kosovo: 'XKX' };

/** Countries too small for the map's shapes, by alpha-3. */
export const OFF_THE_MAP: Readonly<Record<string, string>> = {
  ASM: '016', AND: '020', ATG: '028', BHR: '048', BRB: '052', BMU: '060', BVT: '074', IOT: '086',
  VGB: '092', CPV: '132', CYM: '136', CXR: '162', CCK: '166', COM: '174', MYT: '175', COK: '184',
  DMA: '212', FRO: '234', SGS: '239', ALA: '248', GUF: '254', PYF: '258', GIB: '292', KIR: '296',
  GRD: '308', GLP: '312', GUM: '316', HMD: '334', VAT: '336', HKG: '344', LIE: '438', MAC: '446',
  MDV: '462', MLT: '470', MTQ: '474', MUS: '480', MCO: '492', MSR: '500', NRU: '520', CUW: '531',
  ABW: '533', SXM: '534', BES: '535', NIU: '570', NFK: '574', MNP: '580', UMI: '581', FSM: '583',
  MHL: '584', PLW: '585', PCN: '612', REU: '638', BLM: '652', SHN: '654', KNA: '659', AIA: '660',
  LCA: '662', MAF: '663', SPM: '666', VCT: '670', SMR: '674', STP: '678', SYC: '690', SGP: '702',
  SJM: '744', TKL: '772', TON: '776', TCA: '796', TUV: '798', GGY: '831', JEY: '832', IMN: '833',
  VIR: '850', WLF: '876', WSM: '882',
};
