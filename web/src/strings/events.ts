/** Titles of the library's events in other languages than English, in which they are declared. */
import type { Language } from '../lib/language.svelte';

export const EVENTS: Record<string, Partial<Record<Language, string>>> = {
  'china-decoupling': { fr: 'Rupture complète avec la Chine et ses alliés', es: 'Ruptura total con China y sus aliados' },
  'china-property': { fr: 'Chute de la construction chinoise', es: 'Caída de la construcción china' },
  'chips-2021': { fr: 'Pénurie de puces', es: 'Escasez de chips' },
  'critical-inputs-china': { fr: 'La moitié des intrants critiques de Chine s’arrête', es: 'Se detiene la mitad de los insumos críticos de China' },
  'gas-europe-2022': { fr: 'Fin du gaz russe en Europe', es: 'Fin del gas ruso en Europa' },
  'harness-2022': { fr: 'Faisceaux de câbles d’Ukraine', es: 'Mazos de cables de Ucrania' },
  'kobe-1995': { fr: 'Grand séisme de Hanshin à Kobe', es: 'Gran terremoto de Hanshin en Kobe' },
  'lockdown-2020': { fr: 'Confinements du printemps 2020', es: 'Confinamientos de la primavera de 2020' },
  nankai: { fr: 'Séisme dans la fosse de Nankai', es: 'Terremoto en la fosa de Nankai' },
  'port-strike-2024': { fr: 'Grève des ports de l’est et du golfe des États-Unis', es: 'Huelga en los puertos del este y del golfo de Estados Unidos' },
  'red-sea-2024': { fr: 'Détours de la mer Rouge par le Cap', es: 'Desvíos del mar Rojo por el Cabo' },
  'rhine-2018': { fr: 'Basses eaux du Rhin', es: 'Aguas bajas en el Rin' },
  'russia-energy-germany-2022': { fr: 'Arrêt de l’énergie russe pour l’Allemagne', es: 'Corte de la energía rusa a Alemania' },
  'suez-2021': { fr: 'Canal de Suez bloqué', es: 'Canal de Suez bloqueado' },
  'texas-2021': { fr: 'Gel au Texas', es: 'Helada en Texas' },
  'tohoku-2011': { fr: 'Séisme, tsunami et Fukushima', es: 'Terremoto, tsunami y Fukushima' },
};
