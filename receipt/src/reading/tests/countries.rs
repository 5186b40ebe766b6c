//! Receipts of many countries as their tills print them and as phones photograph them: total, day and verdict of each.

use super::{
    super::read,
    photograph::{Pose, photograph},
};
use crate::{
    Orientation, Rules,
    verdict::{Facts, Outcome, judge},
};

/// Country, total, currency ("" where nothing tells), day, text. The shops are invented.
const RECEIPTS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "de supermarket",
        "23.47",
        "EUR",
        "2024-03-12",
        "FRISCHMARKT KELLER\nLindenweg 4\n50667 Koln\nTel. 0221 555 01 20\nUID Nr. DE123456789\n  EUR\nBIO VOLLMILCH  1,29 B\nROGGENBROT  2,49 B\nPFAND 0,25  0,25 A\nKAFFEE GANZE BOHNE  12,99 B\n2 x  2,95\nSPUELMITTEL  5,90 A\nRABATT  -0,55\nTREUERABATT  1,10 B\nSUMME  EUR  23,47\n---------\nGeg. EC-Cash EUR 23,47\nSteuer % Netto Steuer Brutto\nA= 19,0%  5,17  0,98  6,15\nB=  7,0%  16,19  1,13  17,32\nGesamtbetrag  21,36  2,11  23,47\n12.03.24  18:44  0412 07 331 2210\nPAYBACK Punkte  23\nVielen Dank",
    ),
    (
        "de card slip",
        "41.80",
        "EUR",
        "2023-11-30",
        "Buchhandlung Sommer e.K.\nMarktplatz 9\n72070 Tübingen\nRechnung Nr. 20233\nRoman TB  14,00\nBildband  27,80\nGesamt EUR  41,80\nBezahlt Girocard  41,80\n*** Kundenbeleg ***\nTerminal-ID 54012233\nDatum 30.11.2023 Uhrzeit 11:05:22\nBetrag EUR  41,80\nZahlung erfolgt",
    ),
    (
        "de restaurant",
        "68.50",
        "EUR",
        "2024-07-05",
        "Gasthaus Goldener Hirsch\nDorfstr. 22 · 83700 Rottach\nRechnung Nr: 4711  Tisch 12\n05.07.2024  20:17\n2 Schweinsbraten  a 15,90  31,80\n1 Kasspatzen  13,50\n3 Weissbier  a 4,90  14,70\n1 Apfelstrudel  8,50\nZwischensumme  68,50\nenthaltene MwSt 19%  10,94\nBar zu zahlen  EUR 68,50\nGegeben bar  70,00\nRückgeld  1,50\nEs bediente Sie: Anna",
    ),
    (
        "de diacritics lost",
        "9.95",
        "EUR",
        "2024-02-01",
        "BACKEREI HOLZER\nHauptstrase 1 86150 Augsburg\n01.02.2024 07:12\nBREZE 3 X 0,95  2,85\nKASEKUCHEN  3,80\nCAPPUCCINO  3,30\nZU ZAHLEN EUR9,95\nBAR EUR 10,00\nZURUCK 0,05",
    ),
    (
        "at",
        "37.20",
        "EUR",
        "2024-05-18",
        "Café Prückelhuber\nStubenring 7, 1010 Wien\nUID ATU12345678\nRe-Nr 8812  18.05.2024 15:31\n2 Melange  9,80\n2 Sachertorte  13,40\n1 Tafelspitz  14,00\nSumme EUR  37,20\n10% MwSt von 33,82  3,38\nBankomat  37,20",
    ),
    (
        "ch",
        "54.85",
        "CHF",
        "2023-09-08",
        "Restaurant Seeblick AG\nSeestrasse 12\n8002 Zürich\nCHE-123.456.789 MWST\n08.09.2023 12:44\n1x Tagesmenu  22.50\n1x Rösti  24.35\n2x Rivella  8.00\nTotal CHF  54.85\nMWST 7.7%  3.92\nVisa CHF  54.85",
    ),
    (
        "fr supermarket",
        "31.62",
        "EUR",
        "2024-03-03",
        "SUPERMARCHE DU PONT\n12 rue de la Gare\n35000 RENNES\nTel 02 99 00 00 00\nSIRET 123 456 789 00012\nBAGUETTE TRADITION  1,10 €\nBEURRE DOUX 250G  2,45 €\nPOULET FERMIER  11,87 €\nVIN ROUGE AOP  8,90 €\nLESSIVE  7,30 €\n5 ARTICLES\nTOTAL A PAYER  31,62 €\nCARTE BANCAIRE EMV  31,62 €\nTVA  Taux  HT  TVA  TTC\n5,50  15,42  14,62  0,80\n20,00  16,20  13,50  2,70\nCAISSE 04  03/03/2024  17:52\nMERCI DE VOTRE VISITE",
    ),
    (
        "fr restaurant",
        "46.00",
        "EUR",
        "2022-06-21",
        "LE PETIT ZINC\n4 place du Marche 69002 LYON\nTable 7  Couverts 2\n21/06/22 13:22\n2 MENU MIDI  18,50  37,00\n2 CAFE  2,00  4,00\n1 VERRE COTES  5,00\nSOUS TOTAL  46,00\nTOTAL TTC  46,00 EUR\nDONT TVA 10,00%  3,73\nDONT TVA 20,00%  0,83\nTICKET RESTAURANT  19,00\nCB  27,00\nCARTE BANCAIRE SANS CONTACT\nLE 21/06/22 A 13:25:10\nMONTANT REEL 27,00 EUR",
    ),
    (
        "fr total ht",
        "120.00",
        "EUR",
        "2023-01-17",
        "GARAGE MOREAU SARL\nZA des Pins 33700 MERIGNAC\nFacture du 17 janvier 2023\nVidange  55,00\nFiltre  45,00\nTotal HT  100,00\nTVA 20%  20,00\nNet a payer  120,00 €\nPaye par cheque",
    ),
    (
        "es supermarket",
        "18.73",
        "EUR",
        "2024-01-09",
        "SUPERMERCADOS LA HUERTA, S.A.\nC/ MAYOR 14 28013 MADRID\nNIF A-12345678\nTELEFONO: 910 000 000\n09/01/2024 19:45  OP: 113\nFACTURA SIMPLIFICADA: 2021-014-887\nDescripcion  P. Unit  Importe\n1 PAN INTEGRAL  1,35\n2 LECHE ENTERA  0,92  1,84\n1 ACEITE OLIVA 1L  9,95\n0,512 kg  3,50 €/kg  1,79\nTOMATE RAMA\n1 QUESO  3,80\nTOTAL (€)  18,73\nTARJETA BANCARIA  18,73\nIVA  BASE IMPONIBLE (€)  CUOTA (€)\n4%  12,63  0,51\n10%  5,08  0,51\nTOTAL  17,71  1,02\nGRACIAS POR SU VISITA",
    ),
    (
        "es bar",
        "7.60",
        "EUR",
        "2023-08-14",
        "BAR EL RINCON\nPza. Nueva 3 Sevilla\nMesa 4 Camarero LUIS\nFecha 14/08/23 Hora 10:31\n2 CAFE CON LECHE  1,50  3,00\n2 TOSTADA  2,30  4,60\nTotal Euros 7,60\nIVA INCLUIDO\nEntregado 10,00\nCambio 2,40",
    ),
    (
        "mx",
        "342.50",
        "MXN",
        "2024-04-22",
        "TIENDAS DEL SUR SA DE CV\nAv. Juarez 100 Col. Centro\nRFC TSU010101AB1\n22/04/2024 12:07:55\nDETERGENTE  89.50\nACEITE 1L  48.00\nARROZ 5KG  205.00\nSUBTOTAL  $295.26\nIVA 16%  $47.24\nTOTAL  $342.50\nEFECTIVO  $500.00\nCAMBIO  $157.50",
    ),
    (
        "it bar",
        "5.40",
        "EUR",
        "2024-02-27",
        "CAFFE ROMA S.N.C.\nVia Garibaldi 21\n40121 BOLOGNA BO\nP.IVA 01234567890\nDOCUMENTO COMMERCIALE\ndi vendita o prestazione\nDESCRIZIONE  IVA  Prezzo(€)\nCAPPUCCINO  10%  1,60\nCORNETTO  10%  1,30\nSPREMUTA  10%  2,50\nTOTALE COMPLESSIVO  5,40\ndi cui IVA  0,49\nPagamento contante  10,00\nResto  4,60\nImporto pagato  5,40\n27-02-2024 08:15\nDOCUMENTO N. 0123-0045\nRT 99MEX012345",
    ),
    (
        "it electronic",
        "64.90",
        "EUR",
        "2023-12-02",
        "FERRAMENTA BIANCHI S.R.L.\nCORSO ITALIA 55 - 10121 TORINO\nTEL 011 555000\nTRAPANO  22%  59,90\nVITI  22%  5,00\nSUBTOTALE  64,90\nTOTALE EURO  64,90\nPAGAMENTO ELETTRONICO  64,90\nN. PEZZI 2\n02/12/23 16:40 SF.NUM. 88",
    ),
    (
        "pt",
        "14.36",
        "EUR",
        "2024-03-30",
        "PINGO VERDE SUPERMERCADOS, LDA\nRua do Carmo 12\n1200-093 LISBOA\nNIF 500 000 000\nFatura Simplificada FS 0012/00981\nData: 2024-03-30  Hora: 11:22\nORIGINAL\nIVA  DESCRICAO  VALOR\nC  PAO DE FORMA  1,49\nA  QUEIJO FLAMENGO  3,98\nC  BACALHAU  8,89\nTOTAL A PAGAR  14,36 EUR\nMULTIBANCO  14,36\nTaxa  Base  IVA  Total\nA 6%  3,75  0,23  3,98\nC 23%  8,44  1,94  10,38\nProcessado por programa certificado n 1234/AT\nPoupou 0,80",
    ),
    (
        "br",
        "87.35",
        "BRL",
        "2024-05-11",
        "MERCADO BOA VISTA LTDA\nCNPJ 12.345.678/0001-90\nRua das Flores 200 Sao Paulo SP\nDocumento Auxiliar da Nota Fiscal\n001 ARROZ 5KG 1UN X 28,90  28,90\n002 FEIJAO 2UN X 8,45  16,90\n003 CARNE 1,2KG X 34,63  41,55\nQtde. total de itens  3\nValor total R$  87,35\nValor a Pagar R$  87,35\nCartao de Debito  87,35\nTributos Totais Incidentes R$ 12,30\nEmissao 11/05/2024 18:22:01",
    ),
    (
        "nl supermarket",
        "27.18",
        "EUR",
        "2024-06-07",
        "DE VERSHOEK B.V.\nDorpsstraat 8\n3511 AB Utrecht\n030-1234567\nAANTAL  OMSCHRIJVING  PRIJS  BEDRAG\n1  HALFVOLLE MELK  1,19\n2  BRUIN BROOD  2,35  4,70\n1  KAAS JONG  9,84\n1  WIJN  12,45\nBONUS  -1,00\n5 SUBTOTAAL  27,18\nTOTAAL  27,18\nBETAALD MET:\nPINNEN  27,18\nBTW OVER EUR\n9%  14,43  1,30\n21%  9,46  1,99\nTOTAAL  23,89  3,29\n07-06-2024  18:03  Kassa 2",
    ),
    (
        "nl cafe",
        "15.75",
        "EUR",
        "2023-05-20",
        "Eetcafe De Kroeg\nOude Gracht 1, Alkmaar\nTafel 5\n20-05-2023 22:10\n3 Pils 3,25 9,75\n1 Bitterballen 6,00\nTe betalen EUR 15,75\nContant 20,00\nTerug 4,25\nBedankt en tot ziens!",
    ),
    (
        "pl",
        "45.67",
        "PLN",
        "2024-01-20",
        "SKLEP SPOZYWCZY JAGODA\nJAN KOWAL\nul. Polna 3, 00-625 Warszawa\nNIP 525-000-00-00\n2024-01-20  nr wydr. 012345\nPARAGON FISKALNY\nCHLEB ZYTNI  1 szt. x4,59  4,59 C\nSER GOUDA  0,350 kg x38,00  13,30 C\nKAWA  1 szt. x27,78  27,78 A\nSPRZEDAZ OPODATK. A  27,78\nPTU A 23,00 %  5,19\nSPRZEDAZ OPODATK. C  17,89\nPTU C 5,00 %  0,85\nSUMA PTU  6,04\nSUMA PLN  45,67\n00123 #Kasa 1  Kasjer nr 4  17:55\nPLATNOSC KARTA  45,67",
    ),
    (
        "pl lost",
        "112.00",
        "PLN",
        "2023-10-02",
        "RESTAURACJA POD LIPA\n31-010 KRAKOW RYNEK 5\nNIP 676-00-00-000\nPARAGON FISKALNY\nPIEROGI 2 x26,00  52,00 B\nZUREK 2 x18,00  36,00 B\nHERBATA 2 x12,00  24,00 B\nSPRZEDAZ OPODATKOWANA B 112,00\nPTU B 8% 8,30\nSUMA PTU 8,30\nSUMA: PLN 112,00\nROZLICZENIE PLATNOSCI\nGOTOWKA 150,00 PLN\nRESZTA GOTOWKA 38,00 PLN\nDO ZAPLATY 112,00 PLN\n02-10-2023 14:20",
    ),
    (
        "lv",
        "12.84",
        "EUR",
        "2024-03-05",
        "SIA \"ZALA NIVA\"\nBrivibas iela 101, Riga, LV-1001\nPVN reg. Nr. LV40001234567\nVeikals 12 Kase 3\nPiens 2,5%  1,09 A\nRupjmaize  1,65 A\n0,456 x 6,98\nTomati  3,18 A\nKafija  6,92 A\nKOPA EUR  12,84\nSamaksai EUR  12,84\nBankas karte  12,84\nPVN A=21,00%  2,23\nBez PVN  10,61\n05.03.2024  16:09:12\nCeks 00412\nPaldies par pirkumu!",
    ),
    (
        "lv named",
        "3.20",
        "EUR",
        "2024-03-05",
        "KAFEJNICA SAULE\nRezekne\nČeks Nr 77\n2024. gada 5. marts\nKafija  1,80\nBulciņa  1,40\nKopā apmaksai  3,20 EUR\nSkaidra nauda  5,00\nAtlikums  1,80",
    ),
    (
        "lt",
        "16.90",
        "EUR",
        "2024-02-14",
        "UAB \"GERAS KRAUTUVE\"\nGedimino pr. 9, Vilnius\nPVM kodas LT100001234567\nKvitas 551/22\nDuona  1,49 A\nSuris  5,41 A\nVynas  10,00 A\nMoketi  16,90\nKortele  16,90\nPVM A 21,00%  2,93\nBe PVM  13,97\nViso EUR  16,90\n2024-02-14 18:30:11",
    ),
    (
        "ee",
        "8.45",
        "EUR",
        "2024-04-01",
        "OÜ Sinilill\nPikk 5, 10123 Tallinn\nKMKR EE100000001\nKviitung 12345\nLeib  1,85\nJuust  4,60\nPiim  2,00\nKokku EUR  8,45\nKM 22%  1,52\nKaart  8,45\n01.04.2024 12:21",
    ),
    (
        "se",
        "249.00",
        "SEK",
        "2024-05-02",
        "Handelsboden AB\nStorgatan 4\n111 22 Stockholm\nOrg.nr 556000-0000\n2024-05-02 16:21\nKvitto 4433\nMjolk  15,90\nKaffe  79,00\nOst  154,10\nTotalt SEK  249,00\nMoms 12%  26,68\nBetalkort  249,00\nTack for besoket",
    ),
    (
        "dk",
        "187.50",
        "DKK",
        "2023-11-11",
        "Kobmandsgaarden ApS\nNorregade 2\n1165 Kobenhavn K\nCVR 12345678\nRugbrod  22,50\nSmor  25,00\nOksekod  140,00\nAT BETALE  187,50\nDankort  187,50\nMoms udgor  37,50\n11.11.2023 kl. 13:05",
    ),
    (
        "no",
        "329.80",
        "NOK",
        "2024-01-27",
        "Fjellmat AS\nStorgata 11\n0155 Oslo\nOrgnr 912345678 MVA\nLaks  189,90\nBrod  39,90\nKaffe  100,00\nSum  329,80\nBank:  329,80\nMva-grunnlag  Mva-%  Mva\n286,78  15%  43,02\n27.01.2024 15:44",
    ),
    (
        "fi",
        "21.35",
        "EUR",
        "2024-06-19",
        "Kauppa Kuusi Oy\nMannerheimintie 5\n00100 Helsinki\nY-tunnus 1234567-8\n19.06.2024 klo 17:08\nMaito  1,25\nRuisleipa  2,95\nLohi  17,15\nYHTEENSA  21,35\nKORTTI  21,35\nALV 14%  2,62",
    ),
    (
        "cz",
        "356.00",
        "CZK",
        "2024-03-14",
        "POTRAVINY DVORAK s.r.o.\nNamesti Miru 3, 120 00 Praha 2\nICO 12345678 DIC CZ12345678\nDoklad c. 88123\nChleb  39,90\nMaslo  59,90\nSunka  156,20\nPivo  100,00\nCelkem k uhrade  356,00 Kc\nHotovost  400,00\nVraceno  44,00\nDPH 12%  38,14\n14.3.2024 9:41",
    ),
    (
        "sk",
        "19.48",
        "EUR",
        "2024-02-09",
        "OBCHOD LIPA s.r.o.\nHlavna 7, 040 01 Kosice\nDIC 2020000000\nRozky 10x 0,12  1,20\nSyr  8,28\nVino  10,00\nSPOLU  19,48 EUR\nPlatobna karta  19,48\nDPH 20%  3,25\n09.02.2024 18:12:09",
    ),
    (
        "hu",
        "4580",
        "HUF",
        "2024-05-23",
        "KIS BOLT Kft.\n1051 Budapest, Fo utca 3\nAdoszam: 12345678-2-41\nNYUGTA\nKENYER  890 Ft\nTEJ  450 Ft\nSAJT  3 240 Ft\nOSSZESEN:  4 580 Ft\nBANKKARTYA  4 580 Ft\n2024.05.23. 10:15",
    ),
    (
        "ro",
        "63.47",
        "RON",
        "2024-04-06",
        "MAGAZIN ALFA SRL\nStr. Lunga 12, Brasov\nCIF RO1234567\nPAINE  4,50 B\nBRANZA  28,97 B\nCAFEA  30,00 A\nTOTAL LEI  63,47\nCARD  63,47\nTOTAL TVA  7,55\nDATA: 06-04-2024 ORA: 12:10:44\nBON FISCAL",
    ),
    (
        "hr",
        "24.60",
        "EUR",
        "2024-03-22",
        "TRGOVINA MORE d.o.o.\nObala 5, 21000 Split\nOIB 12345678901\nRacun br. 112/1/1\n22.03.2024 11:32\nKruh  1,60\nSir  9,00\nUlje  14,00\nUKUPNO EUR  24,60\nKartica  24,60\nPDV 25%  4,92",
    ),
    (
        "tr",
        "284.75",
        "TRY",
        "2024-02-18",
        "YILDIZ MARKET LTD STI\nATATURK CAD NO 12 IZMIR\nVD 1234567890\nTARIH: 18/02/2024  SAAT: 14:22\nFIS NO: 0045\nEKMEK  %1  *10,00\nPEYNIR  %1  *154,75\nZEYTIN  %1  *120,00\nTOPKDV  *2,82\nTOPLAM  *284,75\nNAKIT  *300,00\nPARA USTU  *15,25",
    ),
    (
        "us grocery",
        "41.06",
        "USD",
        "2024-03-09",
        "GREENLEAF GROCERY\n1200 Main St\nPortland, OR 97205\n(503) 555-0188\nCASHIER: MIA\nORG BANANAS  1.96 F\nALMOND MILK  4.49 F\nCHICKEN BREAST  13.72 F\nPAPER TOWELS  18.99 T\nSUBTOTAL  39.16\nTAX 10.0%  1.90\nTOTAL  41.06\nVISA  41.06\nCARD # XXXXXXXXXXXX1234\nREF # 000123\n03/09/2024 05:41 PM\nYOU SAVED 3.20\nYOUR POINTS 120",
    ),
    (
        "us tip",
        "58.30",
        "USD",
        "2024-08-11",
        "BLUE DOOR BISTRO\n77 Elm Ave, Austin TX 78701\nServer: Kim  Table 9\n08/11/2024 7:45 PM\n2 Burger  27.00\n2 IPA  14.00\n1 Pie  7.50\nSubtotal  48.50\nTax  4.00\nTotal  52.50\nTip  5.80\nTotal  58.30\nSuggested tip 18%  8.73\n20%  9.70",
    ),
    (
        "us balance",
        "12.87",
        "USD",
        "2023-12-03",
        "CORNER PHARMACY #221\n12/03/23 9:05 AM\nTYLENOL  8.99\nGUM  2.89\nSUBTOTAL  11.88\nSALES TAX 8.33%  0.99\nBALANCE DUE  12.87\nCASH  20.00\nCHANGE  7.13",
    ),
    (
        "uk",
        "16.35",
        "GBP",
        "2024-05-31",
        "THE CORNER STORE\n14 High Street\nLeeds LS1 4AB\nVAT No 123 4567 89\nMilk 2pt  1.45\nBread  1.40\nCheddar  3.50\nWine  10.00\nTotal to pay  £16.35\nContactless  £16.35\nMastercard ************4321\nAID A0000000041010\n31/05/24 18:20:11\nClubcard points 16",
    ),
    (
        "id",
        "45000",
        "IDR",
        "2024-06-02",
        "WARUNG BU SRI\nJl. Merdeka 10 Bandung\n02/06/2024 12:15\nNasi Goreng  2 x 15.000  30.000\nEs Teh  3 x 5.000  15.000\nSubtotal  45.000\nTOTAL  45.000\nTunai  50.000\nKembali  5.000\nTerima kasih",
    ),
    (
        "id comma tax",
        "72600",
        "IDR",
        "2023-09-17",
        "KOPI SENJA\nJL SUDIRMAN 5 JAKARTA\n17 September 2023 20:10\n1 Latte  35,000\n1 Croissant  31,000\nSub Total  66,000\nPB1 10%  6,600\nGrand Total  72,600\nQRIS  72,600",
    ),
    (
        "jp",
        "1980",
        "JPY",
        "2024-04-15",
        "SAKURA RAMEN\nShibuya Tokyo\n2024年4月15日 12:33\nRamen  ¥980\nGyoza  ¥600\nCola  ¥400\nTotal  ¥1,980\n(Tax 10%  ¥180)\nCash  ¥2,000\nChange  ¥20",
    ),
    (
        "thousands with spaces",
        "1249.00",
        "PLN",
        "2024-05-06",
        "MEBLE NOWAK\nul. Dluga 8 60-123 Poznan\n06.05.2024\nKRZESLO 2 x 249,50  499,00 A\nSTOL  750,00 A\nSUMA PLN 1 249,00\nKARTA 1 249,00",
    ),
    ("month name", "19.99", "", "2024-03-12", "Online Shop\nInvoice 5531\n12 MAR 2024\nBook  19.99\nTotal  19.99"),
    (
        "german month",
        "75.00",
        "EUR",
        "2024-03-12",
        "Praxis Dr. Winter\nQuittung\n12. März 2024\nBehandlung  75,00\nBetrag dankend erhalten  75,00 €",
    ),
    (
        "letters for figures",
        "23.60",
        "EUR",
        "2024-10-01",
        "IMBISS AM TOR\nO1.1O.2024 12:31\nDONER  7,5O\nPIDE  16,1O\nSUMME  EUR  23,6O\nBAR  25,0O\nZURUCK  1,4O",
    ),
    (
        "ones as letters",
        "11.15",
        "EUR",
        "2024-01-11",
        "PANIFICIO ROSSI\nVia Roma l\n1l/0I/2024 09:21\nPANE  5,l5\nPIZZA  6,00\nTOTALE COMPLESSIVO  11,I5\nCONTANTE  20,00\nRESTO  8,85",
    ),
    (
        "glued",
        "33.10",
        "EUR",
        "2023-07-04",
        "TANKSTELLE NORD\n04.07.2023\nSUPER E10  33,10A\nGESAMTEUR33,10\nEC-KARTEEUR33,10\nMWST19%5,28",
    ),
    (
        "label above",
        "64.00",
        "EUR",
        "2024-06-14",
        "HOTEL MIRAMAR\nPaseo Maritimo 2 Alicante\n14/06/2024\nHabitacion  58,18\nIVA 10%  5,82\nTOTAL A PAGAR\n64,00 €\nVISA\n64,00 €",
    ),
    (
        "slip below",
        "27.40",
        "EUR",
        "2024-02-05",
        "TRATTORIA DA GINO\nVia Po 3 Torino\n05/02/2024 21:13\nPIZZA  17,40\nVINO  10,00\nTOTALE  27,40\n----------------\nBANCOMAT\nIMPORTO EUR 27,40\nDATA 05/02/24 21:20\nTRANSAZIONE ESEGUITA",
    ),
    (
        "lv discounts",
        "11.14",
        "EUR",
        "2024-03-05",
        "SIA LAUKU VEIKALS LATVIJA\nJur. adr.: A. Deglava iela 161, Riga\nPVN maks. kods LV40003000000\nVeikals Nr. 24, Brivibas 12, Cesis\nKase Nr. 3  Kasieris: Ilze\nCEKS  2291/77\nMAIZE SAIMNIEKU  1,29 A\nPIENS 2,5% 1L\n2 gab X 0,99 EUR  1,98 A\nSIERS HOLANDES  8,99 A\nAtl. -2,10  Gala cena 6,89\nKAFIJAS KRUZE  0,98 A\nAtlaizu summa  2,10\nKOPA  11,14 EUR\nBankas karte  11,14\nNodoklis  Ar PVN  Bez PVN  PVN\nA 21,00%  11,14  9,21  1,93\nJUS IETAUPIJAT 2,10 EUR\nUzkratie punkti  111\nLaiks 18:12:44  Datums 05.03.2024\nPALDIES PAR PIRKUMU",
    ),
    (
        "lv card slip",
        "23.50",
        "EUR",
        "2023-12-21",
        "Restorans Pie Kamina\nSIA KAMINS LV40103000000\nLielā iela 4, Kuldiga\nRekins 5512  Galds 7\nKarbonade  12,50\nAlus 0,5  2 x 3,50  7,00\nSalati  4,00\nSUMMA  23,50\nPVN 21% 4,08\nSamaksai EUR 23,50\nKARTE  23,50\nTERMINAL ID 00551122\nKARTE **** **** **** 4411\nPIRKUMS EUR 23,50\n21.12.2023 21:47\nAPSTIPRINATS 00",
    ),
    (
        "lv cash",
        "4.37",
        "EUR",
        "2024-05-11",
        "IK Ziedi\nTirgus laukums 1, Liepaja, LV-3401\nNM reg. nr 12345612345\nKases ceks 00091\n11.05.24 10:02\nROZES 3 X 1,20  3,60\nLENTE  0,77\nKOPSUMMA  4,37\nSKAIDRA NAUDA  10,00\nATLIKUMS  5,63\nPVN 0,76",
    ),
    (
        "id supermarket",
        "118300",
        "IDR",
        "2024-03-17",
        "TOKO MAKMUR SEJAHTERA\nJl. Raya Bogor KM 21\nNPWP 01.234.567.8-901.000\nMINYAK GRG 2L  1  38,500  38,500\nBERAS 5KG  1  72,900  72,900\nTEH CELUP  2  4,950  9,900\nDISKON  (3,000)\nTotal Item  4\nTOTAL BELANJA  118,300\nTUNAI  150,000\nKEMBALI  31,700\nPPN  DPP 106,577  11,723\nTgl. 17-03-2024 19:22:01\nLAYANAN KONSUMEN 1500-123",
    ),
    (
        "id cafe dots",
        "97900",
        "IDR",
        "2024-01-13",
        "RM PADANG SEDERHANA\nRuko Mas Blok B2\nNo Nota: 2401130021\n13/01/24 13:05\nRendang 2 @22.000 44.000\nAyam Pop 1 @25.000 25.000\nEs Jeruk 2 @10.000 20.000\nSub Total Rp 89.000\nPajak Resto 10% Rp 8.900\nTotal Rp 97.900\nBayar Rp 100.000\nKembalian Rp 2.100",
    ),
    (
        "pl discounts",
        "31.46",
        "PLN",
        "2024-05-29",
        "DELIKATESY CENTRALNE SP. Z O.O.\n00-001 WARSZAWA, UL. DLUGA 5\nNIP 1234567890\nnr:4412  2024-05-29\nPARAGON FISKALNY\nMASLO EXTRA A  2 * 6,99 = 13,98C\nSZYNKA WEDZONA  0,214 * 49,00 = 10,49C\nRABAT  -1,00C\nPIWO JASNE  2 * 3,99 = 7,99A\nSP.OP.A: 7,99  PTU 23%= 1,49\nSP.OP.C: 23,47  PTU 5%= 1,12\nSuma PTU  2,61\nSUMA: PLN  31,46\nF214451 #1 KIEROWNIK 14:22\nKARTA: VISA  31,46 PLN\nNiefiskalny\nZAOSZCZEDZILES 1,00",
    ),
    (
        "de discounter",
        "17.93",
        "EUR",
        "2024-06-22",
        "DISCOUNT NORD\nBahnhofstr. 101\n24103 Kiel\nTOMATEN RISPE  1,79 1\n0,712 kg x  2,99 EUR/kg\nBANANEN  2,13 1\nHAEHNCHENBRUST  6,49 1\nSPUELTABS  4,99 2\nTRAGETASCHE  0,15 2\nMINERALWASSER  2,38 2\nzu zahlen  17,93\nKartenzahlung  EUR  17,93\nMWST-Betraege\n1  7% Netto 9,73  MwSt 0,68  Brutto 10,41\n2 19% Netto 6,32  MwSt 1,20  Brutto 7,52\nDatum Uhrzeit Filiale Pos Bonnr Bediener\n22.06.2024 19:03 4417 02 008812 12\nK-U-N-D-E-N-B-E-L-E-G\nEUR 17,93\nDatum 22.06.24 Zeit 19:03",
    ),
    (
        "fr carburant",
        "72.09",
        "EUR",
        "2024-02-24",
        "STATION DES 4 ROUTES\nRN 10 16000 ANGOULEME\nLE 24-02-2024 A 08:14\nPOMPE 3  SP95-E10\nQUANTITE 40,05 L\nPRIX UNIT. 1,800 EUR\nMONTANT TTC 72,09 EUR\nTVA 20% 12,02 EUR\nHT 60,07 EUR\nCARTE BANCAIRE\nDEBIT\nMONTANT = 72,09 EUR",
    ),
    (
        "es menu",
        "55.00",
        "EUR",
        "2023-06-10",
        "RESTAURANTE CASA PEPE S.L.\nCIF B12345678\nAvda. del Mar, 22 - 03001 Alicante\nMesa: 8  Comensales: 2\nFecha: 10-06-2023  15:44\nUds  Descripcion  Precio  Importe\n2  MENU DIA  18,00  36,00\n1  VINO RIOJA  14,00  14,00\n2  CAFES  2,50  5,00\nBase Imp.  50,00\n10% IVA  5,00\nTOTAL  55,00 €\nPropina no incluida",
    ),
    (
        "it supermarket",
        "38.27",
        "EUR",
        "2024-04-19",
        "SUPERMERCATI ORIZZONTE SPA\nVIA EMILIA 120 MODENA\nP.IVA 01112223334\nDOCUMENTO COMMERCIALE\nDESCRIZIONE  IVA  Prezzo(€)\nLATTE INTERO  4,00%  1,49\nPARMIGIANO 24M  4,00%  18,90\nOLIO EVO  4,00%  9,99\nSCONTO  -1,00\nDETERSIVO  22,00%  8,89\nSubtotale  38,27\nTOTALE COMPLESSIVO  38,27\ndi cui IVA  2,74\nPagamento elettronico  38,27\nNon riscosso  0,00\nResto  0,00\nSconto a pagare  0,00\nImporto pagato  38,27\n19-04-2024 18:31\nPUNTI SPESA 38\nSALDO PUNTI 1.204",
    ),
    (
        "pt cafe",
        "3.85",
        "EUR",
        "2024-05-03",
        "PASTELARIA CENTRAL\nMaria & Filhos Lda\nContribuinte 500111222\nFatura Recibo FR A/2210\n03-05-2024 09:12\n1 Cafe  0,85\n2 Pastel de Nata  1,50  3,00\nTotal Liquido  3,46\nIVA 13%  0,39\nTotal  3,85\nNumerario  5,00\nTroco  1,15",
    ),
    (
        "nl with vat table first",
        "48.40",
        "EUR",
        "2024-02-20",
        "BOUWMARKT ZUID\nKASSABON\nBOORMACHINE  39,99\nPLUGGEN  8,41\nBTW 21%  40,00  8,40\nTotaal incl. BTW  48,40\nMaestro  48,40\nDatum: 20/02/2024  11:18",
    ),
    (
        "uk restaurant",
        "67.50",
        "GBP",
        "2024-03-16",
        "The Old Mill\nMill Lane, Bath BA1 2AB\n16 Mar 2024 21:05\nTable 14 Covers 2\n2 Fish & Chips  32.00\n1 Steak  24.00\n2 Lager  4.00\nFood & Drink Total  60.00\nService 12.5%  7.50\nTotal Due  £67.50\nVAT @ 20% included  10.00\nCard  67.50",
    ),
    (
        "ca",
        "33.88",
        "CAD",
        "2024-01-25",
        "MAPLE HARDWARE LTD\n55 King St W Toronto ON M5H 1J1\n2024-01-25 16:12\nSCREWS  9.99\nPAINT  19.99\nSUBTOTAL  29.98\nHST 13%  3.90\nTOTAL  $33.88\nVISA  33.88",
    ),
    (
        "au",
        "26.40",
        "AUD",
        "2024-03-02",
        "BONDI GROCER PTY LTD\nABN 12 345 678 901\nTAX INVOICE\n02/03/2024 08:55 AM\n*Avocado  6.00\nMilk  4.40\n*Steak  16.00\nTOTAL  $26.40\nEFTPOS  $26.40\nGST INCLUDED IN TOTAL  $0.40",
    ),
    (
        "tr with percent",
        "516.50",
        "TRY",
        "2024-05-14",
        "LOKANTA USTA\nISTIKLAL CAD. 44 BEYOGLU ISTANBUL\n14.05.2024 SAAT 13:20 FIS NO 112\nADANA KEBAP  %10 *320,00\nAYRAN X2  %10 *76,50\nKUNEFE  %10 *120,00\nTOPKDV  *46,95\nTOPLAM  *516,50\nKREDI KARTI  *516,50\nEKU NO 0001 Z NO 1288",
    ),
    (
        "se with oresavrundning",
        "312.00",
        "SEK",
        "2024-06-01",
        "ICA BYTORGET\nOrg nr 5560001111\n2024-06-01 17:44 Kassa 3\nMjolk 3%  18,90\nKycklingfile  149,00\nKaffe 2*62,00  124,00\nPant 1,00  20,10\nSUMMA  312,00\nKontokort  312,00\nMoms% Moms Netto Brutto\n12,00  33,43  278,57  312,00\nBONUSGRUNDANDE 312,00",
    ),
    (
        "valid until",
        "8.50",
        "EUR",
        "2024-04-10",
        "PARKHAUS MITTE\nEinfahrt 10.04.2024 09:01\nAusfahrt 10.04.2024 12:40\nGEBUHR  8,50\nSUMME EUR 8,50\nGULTIG BIS 10.04.2024 12:55\ninkl. 19% MwSt 1,36",
    ),
];

fn values(text: &str, pose: Pose) -> (String, String) {
    let receipt = read(&photograph(text, pose), Orientation::Upright);
    let total = receipt.total.as_ref().map(|it| it.value.to_string()).unwrap_or_default();
    let date = receipt.date.map(|it| it.value.to_string()).unwrap_or_default();
    (total, date)
}

#[test]
fn total_and_day_are_found_all_over_the_world() {
    let mut wrong = Vec::new();
    for (country, total, _, date, text) in RECEIPTS {
        for tilt in [0.0, 0.09] {
            let (found_total, found_date) = values(text, Pose { tilt, ..Pose::default() });
            if (found_total.as_str(), found_date.as_str()) != (*total, *date) {
                wrong.push(format!("{country}, tilted {tilt}: {found_total} {found_date}, not {total} {date}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn they_are_taken_in_their_own_currency_or_in_none() {
    let rules = Rules::default().for_trying_out();
    let mut wrong = Vec::new();
    for (country, _, currency, _, text) in RECEIPTS {
        let receipt = read(&photograph(text, Pose::default()), Orientation::Upright);
        let verdict = judge(&receipt, &Facts::default(), &rules);
        if verdict.outcome != Outcome::Accepted {
            wrong.push(format!("{country}: {}", verdict.summary));
        }
        let paid_in = receipt.currency.map(|it| it.value.to_string());
        if paid_in.as_ref().is_some_and(|it| it != currency) {
            wrong.push(format!("{country}: {paid_in:?}, not {currency}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What readers make of letters on a bad photo, now and then.
fn misread(text: &str, seed: u64) -> String {
    let mut state = seed;
    let mut chance = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % 1000
    };
    let confused = |c: char| match c {
        'O' => '0',
        '0' => 'O',
        'I' | 'l' => '1',
        '1' | 'T' => 'I',
        'S' => '5',
        '5' => 'S',
        'B' => '8',
        '8' => 'B',
        'E' => 'F',
        ',' => '.',
        'ä' | 'á' | 'ã' | 'ā' => 'a',
        'ü' => 'u',
        'ö' => 'o',
        'A' => '4',
        c => c,
    };
    let mut noisy = String::new();
    for c in text.chars() {
        match chance() {
            0..20 => noisy.push(confused(c)),
            20..24 if c == ' ' => {}
            24..28 if c.is_alphabetic() => {}
            _ => noisy.push(c),
        }
    }
    noisy
}

#[test]
fn most_totals_and_days_survive_a_bad_photo() {
    let (mut totals, mut dates, mut all) = (0, 0, 0);
    for (_, total, _, date, text) in RECEIPTS {
        for seed in 0..6 {
            let noisy = misread(text, seed * 1000 + text.len() as u64);
            let (found_total, found_date) = values(&noisy, Pose { tilt: 0.03, ..Pose::default() });
            all += 1;
            totals += usize::from(found_total == *total);
            dates += usize::from(found_date == *date);
        }
    }
    assert!(totals * 100 >= all * 97 && dates * 100 >= all * 97, "totals {totals}, dates {dates} of {all}");
}
