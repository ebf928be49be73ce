/**
 * Irregular inflections of WordNet 3.0 (adj.exc, adv.exc, noun.exc, verb.exc; words with a hyphen or a space left out): npm's WordNet packages lack
 * them, and METEOR's synonyms and every lemmatiser need them. Groups are "pattern: bases"; a pattern is how many letters of the base go and what is
 * appended instead: `1ier 1iest: angry` says that angrier and angriest are forms of angry. Made by test/fixtures/meteor/make.py.
 *
 * WordNet Release 3.0
 *
 * This software and database is being provided to you, the LICENSEE, by Princeton University under the following license. By obtaining, using
 * and/or copying this software and database, you agree that you have read, understood, and will comply with these terms and conditions.:
 *
 * Permission to use, copy, modify and distribute this software and database and its documentation for any purpose and without fee or royalty is
 * hereby granted, provided that you agree to comply with the following copyright notice and statements, including the disclaimer, and that the
 * same appear on ALL copies of the software, database and documentation, including modifications that you make for internal use or for
 * distribution.
 *
 * WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved.
 *
 * THIS SOFTWARE AND DATABASE IS PROVIDED "AS IS" AND PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES, EXPRESS OR IMPLIED. BY WAY OF
 * EXAMPLE, BUT NOT LIMITATION, PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES OF MERCHANTABILITY OR FITNESS FOR ANY PARTICULAR
 * PURPOSE OR THAT THE USE OF THE LICENSED SOFTWARE, DATABASE OR DOCUMENTATION WILL NOT INFRINGE ANY THIRD PARTY PATENTS, COPYRIGHTS, TRADEMARKS
 * OR OTHER RIGHTS.
 *
 * The name of Princeton University or Princeton may not be used in advertising or publicity pertaining to distribution of the software and/or
 * database. Title to copyright in this software, database and any associated documentation shall at all times remain with Princeton University
 * and LICENSEE agrees to preserve same.
 */
export const EXCEPTIONS = `
1ier 1iest: airy angry arty ashy baggy balky balmy barmy batty baulky bawdy beady beastly beefy beery bendy bitchy bitty bleary bloodthirsty blowsy
blowy blowzy bonny bony boozy bosky bossy botchy bouncy brainy brashy brassy brawny breathy breezy briny broody bubbly buggy bulky bumpy bunchy burly
burry bushy busty canny canty catchy catty chancy chary chatty cheeky cheery cheesy chesty chewy chilly chintzy chippy choosy choppy chubby chuffy
chummy chunky churchy clammy classy cleanly clerkly cloudy clubby clumsy cocky comely comfy corny costly cosy courtly cozy crabby crafty craggy cranky
crawly crazy creamy creepy crispy crumbly crumby crummy crusty curly daffy dainty dandy deadly dewy dingy dinky dippy dishy dodgy dotty doughty doughy
dowdy downy dowy dozy drafty draggy draughty dreamy dreary dreggy dressy drippy drowsy dumpy dusky dusty early earthly earthy edgy fatty faulty feisty
fiddly filmy filthy finny fishy flabby flaggy flaky flashy flaunty fledgy fleecy fleshly fleshy flighty flimsy flinty floaty floppy flossy fluffy
fluky foamy foggy folksy foolhardy foxy fratchy freaky frenchy friendly frisky frizzly frizzy frosty frouzy frowsy frowzy fruity funky funny furry
fussy fusty fuzzy gabby gammy gamy gassy gaudy gauzy gawky ghastly ghostly glassy gloomy glossy godly goodly goofy goosy gory gradely grainy grassy
greasy greedy grisly gritty grizzly groggy groovy grotty grouty grubby grumpy guilty gummy gushy gusty gutsy hairy hammy handy happy hardy hasty
haughty hazy heady healthy hearty heavy hefty herby hippy hoary holy homely horny horsy humpy hungry husky icy inky jaggy jammy jaunty jazzy jerky
juicy jumpy kindly kinky knotty knurly kooky lacy lairy laky lanky lathy lazy leafy leaky leary leery leggy lengthy limy lippy lively lofty logy
lonely loony loopy lordly lousy lovely lowly lucky lumpy luny lusty malty mangy manky manly marshy massy maungy mazy mealy measly meaty merry messy
miffy mighty milky mingy mirky misty moldy moody moony mothy mouldy mousy mouthy mucky muggy murky mushy musky musty muzzy nappy nasty natty naughty
needy nervy newsy nifty nippy nitty noisy nosy nutty oily oozy pally palmy paltry pappy parky pasty patchy pawky peachy pearly peppy perky pesky petty
phony picky piggy piny pitchy pithy plashy platy plucky plummy plumy podgy poky porky portly potty preachy prickly pricy priestly princely prissy
privy prosy pudgy puffy pulpy punchy puny pushy pussy quaggy quaky queasy queenly racy rainy randy rangy rattly ratty raunchy ready reedy rimy risky
ritzy rocky roily rooky roomy ropy rosy rowdy ruddy runny rushy rusty rutty salty sandy sappy sassy saucy scabby scaly scanty scary scraggly scraggy
scrappy scrawny screwy scrubby scruffy scungy scurvy seamy seedy seemly sexy shabby shady shaggy shaky shapely shifty shiny shirty shoddy showy
shrubby sickly sightly silky silly sketchy skimpy skinny slaphappy slaty sleazy sleepy slimsy slimy slinky slippy sloppy smarmy smelly smoky snaky
snappy snatchy snazzy sniffy snooty snotty snowy snuffy soapy soggy sonsy sooty soppy sorry soupy speedy spicy spiffy spiky spindly spiny splashy
spongy spooky spoony sporty spotty sprightly springy spry squashy squatty squiffy stagy stalky starchy starry stately stealthy steamy stingy stocky
stodgy stony stormy streaky streamy stretchy stringy stripy stroppy stuffy stumpy sturdy sulky sultry sunny surly swanky swarthy sweaty tacky talky
tangy tardy tasty tatty tawdry techy teeny testy tetchy thirsty thorny thready thrifty throaty timely tinny tiny tipsy tony toothy touchy trashy
trendy tricksy tricky trusty tubby turfy tweedy twiggy ugly unfriendly ungainly ungodly unhappy unhealthy unholy unruly vasty viewy wacky wary washy
wavy waxy weakly wealthy webby weedy weensy weeny weepy weighty whacky whimsy wieldy wily windy wintery wintry winy wiry wispy witty wonky woodsy
woody woolly woozy wordy worldly wormy worthy yeasty yummy zany zippy; 2a: acetabulum aciculum acromion addendum adytum aecidium aecium aerobium
allodium alluvium alodium ambulacrum amnion anacoluthon anaerobium androclinium androecium animalculum antependium anthelion anthemion anthodium
anticlinorium antiserum antrum aphelion apothecium aquarium arboretum arcanum archegonium archesporium argumentum armamentarium ascidium ascogonium
aspergillum aspersorium asyndeton atrium auditorium automaton baculum basidium brachium caecum caldarium cambium candelabrum capitulum carpogonium
cecum centrum cerebellum cerebrum ciborium cilium cinerarium cingulum clinandrium clitellum clostridium coagulum coelenteron collegium colloquium
colluvium collyrium columbarium conidium consortium contagium continuum corium corrigendum cranium credendum crematorium cribellum crissum criterion
ctenidium cubiculum curriculum cymatium datum decennium definiendum delphinium dentalium desideratum dichasium dictum diluvium diverticulum domatium
dorsum effluvium eidolon eluvium elytron elytrum emporium encephalon enchiridion encomium endocardium endocranium endometrium endosteum endothecium
endothelium enneahedron enteron entozoon epencephalon ephemeron epicardium epicedium epigastrium epimysium epiphenomenon episternum epithalamion
epithalamium epithelium epizoon epyllion equilibrium equisetum erratum etymon exemplum exordium extremum fideicommissum filum flabellum flagellum
florilegium folium formicarium forum fraenum frenulum frenum frustum fulcrum fumatorium furculum gametangium gametoecium gammadion ganglion gelsemium
gonidium gonion gorgoneion gymnasium gynaeceum gynaecium haematozoon haustellum haustorium hematozoon hemelytron hemielytron hendecahedron herbarium
hibernaculum hilum himation honorarium horologium hypanthium hypochondrium hypogastrium hypogeum icosahedron ideatum ilium imperium indumentum
indusium infundibulum inoculum insectarium interregnum involucellum involucrum ischium labarum labellum labium labrum latifundium leprosarium lepton
liriodendron lixivium logion lomentum lubritorium macrosporangium manubrium marsupium mausoleum maximum mediastinum medium megaron megasporangium
memorandum menstruum mesenteron metencephalon microsporangium milium millennium minimum ministerium miracidium mitochondrion momentum monochasium
monopodium monopteron moratorium mycelium mycobacterium myelencephalon myocardium natatorium nephridium neuropteron notum noumenon oceanarium
octahedron odeum oleum omasum omentum ommatidium oogonium operculum optimum organon orthopteron osculum ostium ovum oxymoron pallium pancratium
paramecium parapodium parasyntheton parergon parhelion patagium penicillium pentahedron peplum pericardium perichondrium pericranium peridium
perigonium perihelion perinephrium perineum perionychium periosteum perithecium peritoneum phenomenon philodendron phylum pileum pinetum planetarium
plasmodium plectron plectrum plenum pleuron podetium podium pollinium polychasium polyhedron polyparium polyzoarium postliminium primordium principium
prolegomenon promycelium propylaeum propylon proscenium prosencephalon prostomium prothalamion prothalamium prothallium prytaneum psalterium
pseudopodium pterygium pudendum puparium pycnidium pygidium pyxidium quadrennium quantum quinquennium ramentum rectum referendum refugium relatum
residuum responsum reticulum retinaculum rhinencephalon rhizobium rhyton rosarium rostellum rostrum sacrarium sacrum sanctum sanitarium scholium
sclerotium scriptorium scrotum scutellum scutum sensillum septarium septennium septum sequestrum serum sestertium simulacrum sistrum solarium solatium
solum spectrum speculum spermatium spermatogonium spermatozoon spermogonium spiculum spirillum sporangium sporogonium sputum stadium staminodium
sternum stomodaeum stomodeum stratum stylopodium subdelirium subphylum succedaneum sudarium superstratum syconium sympodium symposium synclinorium
syncytium tapetum taxon telium tenaculum tergum terrarium tetrahedron tetraskelion thalamencephalon tintinnabulum tomentum trapezium trapezohedron
triclinium triennium triforium trihedron triskelion trisoctahedron trivium tropaeolum tympanum ultimatum uredinium vacuum vasculum velarium velum
vexillum viaticum vibraculum vinculum vivarium xiphisternum zoon zoosporangium; 0es: agon agouti alkali ancon angelfish antalkali antihero archerfish
archipelago ash autochthon ax bacchant banjo barramundi bastinado batfish bhishti bilbo billfish bimbo blackfish blindfish blowfish bluefish boarfish
bolivar bonefish bongo bonito botargo boxfish bravado bravo bubo bucko buffalo butterfish calico candlefish carbonado cargo catalo catfish cattalo
cavefish chapati chapatti chilli chuvash cisco claro clingfish coalfish codfish commando conquistador corybant cowfish crambo crawfish crayfish
crusado cruzado cuttlefish dado dago damselfish dealfish desperado devilfish diazo dido dingo dodo dogfish dollarfish domino drumfish dryad echo eddo
embargo eringo eryngo fallfish farrago fatso fetial fiasco fico filefish fish flamingo flatfish fresco fricando frijol frogfish furfur gambado garfish
gazebo gecko ghetto gingko ginkgo gippo globefish goatfish gobo goldfish goosefish grotto guitarfish hadj hagfish hajj halo hero hobo hogfish
iconostas impi indigo ingush innuendo jackfish jellyfish jewelfish jewfish jingo jo killifish kingfish kohlrabi lasso lavabo leonid lingo lionfish
lumpfish lungfish lur macaroni maccaroni magnifico mandingo mango manifesto mass memento mestizo milkfish monad monkfish moonfish moresco morisco mors
mosquito motto mudejar mudfish mulatto myrmidon naiad navaho navajo needlefish negrillo negrito negro nereid no numbfish oarfish oceanid omayyad
ommiad paddlefish palmetto parrotfish peccadillo pedalo pigfish pinfish pinko pipefish placebo portico potato proglottid proviso punchinello quezal
rabbitfish ratfish redfish ribbonfish rockfish rosefish sailfish salvo sawfish scaldfish schmo senor shacko shako sheatfish shellfish shmo silverfish
snailfish snipefish sol spadefish spearfish squash squirrelfish starfish stockfish stonefish strappado stucco suckerfish suckfish sunfish supercargo
superhero surgeonfish swami swellfish swordfish tax telamon tilefish toadfish tobacco tomato tornado torpedo traditor triggerfish trunkfish ugli veto
viator virago volcano weakfish whitefish wolffish wreckfish zero; 1ied: accompany acetify acidify aerify alkalify ally ammonify amnesty amplify
anglify apply argufy atrophy baby basify beatify beautify belly berry blackberry body brutify bully bury calcify candy canopy carnify carny carry
casefy certify chondrify citify clarify classify cockneyfy codify comply copy crucify curry curtsy dally damnify dandify decalcify declassify decry
defy dehumidify deify demulsify demystify denazify denitrify deny descry detoxify devitrify dignify disembody disqualify dissatisfy diversify divvy
dolly dulcify dummy eddy edify electrify embody emulsify envy espy esterify etherify exemplify falsify fantasy ferry flurry fortify frenchify frenzy
fructify fry gasify glorify glory golly gratify guaranty gully harry hinny horrify humidify hurry hypertrophy identify imply indemnify intensify
intermarry interstratify jellify jelly jemmy jimmy jollify justify lapidify levy lignify liquefy liquify lobby lullaby magnify marry metrify minify
misapply miscarry modify mollify mortify multiply mummify mutiny mystify nidify nigrify nitrify notify nullify objectify occupy ossify outcry
oversimplify pacify palsy pandy parody parry personify petrify phantasy photocopy pillory pity ply preachify preoccupy presignify prettify prophesy
pry purify putrefy putty qualify quantify quarry query rally ramify rarefy ratify reclassify recopy rectify reify rely remarry replevy reply retry
reunify revivify rigidify saccharify salary salify sally sanctify saponify satisfy scarify scorify scry scurry shillyshally shimmy signify silicify
simplify skelly skivvy solemnify solidify specify speechify spy stellify story stratify study stultify stupefy sty subjectify sully supply syllabify
tally tammy tarry tepefy terrify testify toady transmogrify travesty try tumefy typify uglify understudy unify unsteady vary verbify verify versify
vilify vitrify vivify waddy whinny worry; 0e: abscissa acicula actinia agora ala alula alumna ameba amoeba amphisbaena amphora ampulla amygdala anta
antenna aorta aqua areola arista aura auricula aurora axilla ballista bibliotheca blastula branchia bulla bund bursa caesura camera canula carina
catena cella cesura chaeta chalaza chela chelicera cicada cisterna clepsydra cloaca cochlea coleorhiza columella coma comatula concha conferva
conjunctiva copula corbicula cornea corona cortina costa coxa crista culpa curia cuticula cyma cypsela decidua differentia drachma drosophila ecclesia
echidna endameba endamoeba entameba entamoeba ephemera facia facula fascia fauna fecula fenestella fenestra feria ferula fibrilla fibula fimbria
fistula flora formula fossa fovea foveola furcula galea gastrula gemma gingiva glabella globigerina glossa gutta heldentenor hernia hetaera hydra
hydromedusa hypha insula intima lacuna lamella lamia lamina larva libra ligula lingua lorica lunula lytta maar macula mamilla mamma mammilla maxilla
media medulla medusa mina minutia mora morula mucosa multipara mycorrhiza myofibrilla naumachia nebula noctiluca nova novena nubecula nucha nullipara
nympha ocrea ootheca palea palestra papilla papula patella patina penna penumbra persona petechia pfennig phlyctena phylloxera pinna pinnula piscina
placenta planula pleura plica premaxilla primigravida primipara pteryla pupa quadriga radula ranula redia retina rickettsia rima ruga salmonella salpa
saphena scapula scopula scoria scyphistoma sequela seta siliqua silva situla spica squama squilla stoa stria struma submucosa summa supernova taenia
tarantula tela tessera testa theca tibia trabecula trachea trichina trochlea tuba ulna umbra urethra uvula vagina vallecula vena verruca vertebra
vesica vibrissa vita vitta volva vorticella vulva wanderjahr; 2i: abacus acanthus acarus acinus altocumulus altostratus alumnus alveolus amphioxus
annulus antitragus ascus aspergillus astragalus aureus bacchius bacillus boletus borborygmus bronchus byssus cactus caduceus calamus calathus
calcaneum calcaneus calculus callus canaliculus canthus carolus carpus cercus chiasmus choragus choriambus cirrocumulus cirrostratus cirrus clypeus
coccus coenurus colossus congius convolvulus coryphaeus cothurnus cultus cumulonimbus cumulostratus cumulus cysticercus denarius diplococcus
discobolos discobolus discus dupondius echinococcus echinus elenchus embolus epicanthus eucalyptus euripus famulus fasciculus flocculus floccus focus
fractocumulus fractostratus fucus fundus fungus funiculus genius ginglymus gladiolus glomerulus glutaeus gluteus gonococcus gyrus hamulus hectocotylus
hilus hippocampus hippopotamus homunculus humerus hypothalamus incubus isthmus lactobacillus lapillus lecythus lemniscus leptocephalus limbus limulus
loculus locus macronucleus magus malleolus malleus meniscus metacarpus metatarsus micrococcus micronucleus modiolus modulus momus mosasaurus naevus
narcissus nauplius nautilus nevus nidus nimbostratus nimbus nodus nucellus nucleolus nucleus obelus obolus ocellus octopus oculus oesophagus palpus
pappus papyrus phallus pileus pithecanthropus pneumobacillus pneumococcus polypus pronucleus propositus prothallus proventriculus pulvillus pulvinus
pylorus radius ramus ranunculus rectus regulus retiarius rhombus rhonchus sarcophagus sartorius scalenus scarabaeus scirrhus scyphus solidus sorus
splenius staphylococcus stimulus stratocumulus stratus streptococcus strobilus stylus succubus sulcus syllabus talus tarsometatarsus tarsus terminus
thalamus thallus thesaurus thrombus thymus thyrsus tophus torus tragus umbilicus uncus uredosorus uterus utriculus ventriculus villus vitellus; 0:
acer after anus apparatus archer assaulter attacker backer bargainer bayer beater bing biter boner bother bounder bower britisher broadcaster brooder
burster buster camper canter caster cer coder costumer counterfeiter cracker crasher creamer customer dealer deserter dimer downer dresser easter
eastsider edger faeroese faker faroese feller flasher folder forceps foreigner forest founder goer goner gps grader grounder grouper guest header his
homer hunger insider interest irs is jointer lander layer leer ler leveler liter liver loather loner lowlander luba mainer maligner mariner matter
meeter milcher milker minter miser mocker modeler modest multiplexer muster nilgai northeasterner norther northerner number offer oliver opener
outsider overcomer overnighter owner passer paster pater pearler pedaler peter planer player plumber polisher popes porter poster presenter pretender
primer printer privateer prompter puffer ranker recorder renter retailer roaster rusher salter sampler scraper seconder seed serer signaler signer
skewer slaver sneaker snuffer solder souther southerner spreader springer stapler starer starest stocker stretcher submariner swagger teenager
teetotaler tester testes toper trader trimer vest waster weed welsher wholesaler; 2es: amanuensis amniocentesis amoebiasis amphiarthrosis amphimixis
anabasis anacrusis anagnorisis analysis anamnesis anamorphosis anastomosis antithesis apodosis apomixis aponeurosis apophysis aposiopesis apotheosis
arsis arteriosclerosis ascesis aspergillosis atherosclerosis atmolysis autocatalysis avitaminosis axis bacteriostasis basis catabasis cataclasis
catalysis cathexis caulis crasis crisis cutis cyclosis dermatosis diagnosis dialysis diaphysis diapophysis diarthrosis diastalsis diastasis dieresis
diesis ecchymosis ecdysis eisegesis ellipsis emphasis enarthrosis endostosis entasis epenthesis epexegesis epiclesis epiphysis exegesis exostosis
fortis genesis gnosis gomphosis haematolysis haemodialysis haemolysis haemoptysis hematolysis hemodialysis hemolysis hemoptysis hyperostosis hypnosis
hypophysis hypostasis hypothesis iconostasis katabasis lenis lymphopoiesis lysis mantis meiosis metamorphosis metastasis metathesis metempsychosis
microanalysis miosis morphallaxis morphosis myiasis myosis naris nemesis neurohypophysis neurosis oasis ovotestis palingenesis parabasis paraleipsis
paralysis paraphysis parapraxis parenthesis pelvis penis periphrasis peristalsis phyllotaxis phylogenesis praxis prognosis prolepsis proptosis
prosthesis protasis psychoneurosis psychosis ptosis pubis sclerosis sorosis stenosis syllepsis symphysis synapsis synarthrosis syndesmosis synopsis
synthesis syssarcosis telangiectasia telangiectasis tenuis testis thesis urinalysis vermis zoonosis; 0ped 0ping: airdrop blip bop bullwhip cap catnap
chap chip chop clap clip clop cop crap crop cup dap dip drip drop eavesdrop entrap enwrap equip estop flap flip flop frap gap giftwrap gip gyp
handicap hedgehop hiccup hop horsewhip intercrop interlap inwrap joypop kidnap kip knap kneecap lap lip lop map mop nap nip outcrop outstrip overcrop
overlap overstep overtop pep photomap pip plop pop prop pup quickstep quip rap recap rip sap scrap sharecrop ship shop sideslip sidestep sip skip slap
slip slop snap snip sop step stop strap strip strop sup tap tip tittup top tranship trap trip tup uncap underprop unrip unship unsnap unstep unstop
unwrap unzip up weatherstrip whap whip whop worship wrap yap zap zip; 0led 0ling: annul appal barrel bedevil bejewel bevel bushel cabal canal cancel
carol cavil channel chisel compel control corral counsel cudgel cupel decontrol devil dial disannul disembowel dishevel dispel distil drivel duel
empanel enamel enrol enthral entrammel equal excel expel extol flannel frivol fuel fulfil funnel gambol gel gravel grovel handsel hatchel housel hovel
impanel impel initial instal jewel kennel kernel label laurel level libel marcel marshal marvel medal metal model nickel outgeneral pal panel parallel
parcel patrol pedal pencil pistol pommel precancel propel pummel quarrel rappel ravel rebel refuel repel revel rival rowel shovel shrivel signal
snivel spancel spiral stencil subtotal swivel symbol tassel teasel tinsel total towel travel trowel tunnel unkennel unravel victual vitriol yodel;
0ted 0ting: abet abut acquit admit allot bat bayonet befit benefit bet bit blat blot brevet bullshit carburet cat chat chitchat clot combat commit
complot coquet counterplot curvet demit dot emit englut facet flit format foxtrot fret frit glut grit hat intermit intromit jet jot jut knit knot lot
manumit mat misfit net nut omit outfit output outwit pat permit pet pit pitapat plat plot pot pretermit quit rat rebut recommit refit regret remit
repot ret retransmit retrofit revet ricochet rot rut scat shot sket slat slot smut spat spot stet stot strut submit sulphuret swat swot tat tot
transmit trot twit unfit unknit vat vet wadset whet wildcat; 0ged 0ging: bag ballyrag befog beg blackleg bootleg brag bug bullyrag chug clog cog dag
debug dog dogleg drag drug fag fig flag flog fog footslog frig frog gag gig hog hug humbug jag jig jitterbug jog jug lag lallygag leapfrog log lug mug
nag peg pettifog pig plug prig pug rag rig sag sandbag scag scrag shag shrug slag slog slug snag snog spag sprig swag swig tag tog trig trog tug twig
unclog unpeg unplug unrig vag wag wig wigwag zigzag; 1i: aggiornamento amoretto amorino bambino basso bersagliere canzone carabiniere castrato cavetto
cembalo centesimo chitarrone cicerone cicisbeo cognosente concertante concertino concerto condottiere contralto conversazione crescendo dilettante
divertimento duo glissando graffito intermezzo leu libretto maestro mafioso marchese metanephros monopteros mythos naos niello obligato ovolo
panettone paparazzo pastorale pentimento pithos portamento primo putto rilievo saltarello santims scherzando scherzo scudo secondo segno sgraffito
siglos signore smalto soldo solo soprano sordino spumone stretto tempo terzetto tholos tondo topos torso vaporetto virtuoso zecchino; 0ta:
adenocarcinoma adenoma analemma angioma atheroma blastema bregma carcinoma chiasma chondroma chromonema condyloma dogma encephaloma enchondroma
endothelioma enema epithelioma exanthema fibroma glioma granuloma gumma haematoma hematoma lemma lipoma lymphoma magma melanoma melisma miasma
mycetoma myoma myxoma neuroma oedema osteoma papilloma plasmodesma protonema rhabdomyoma schema scleroma scotoma soma stemma stigma stoma stroma
syntagma syphiloma trauma treponema tryma; 0bed 0bing: blab blob blub bob club confab crab crib cub dab demob dib drub dub fib flub fob gib grab grub
hob hobnob jab jib job knob lob mob nab nib pub rib rob rub scrub slab snub sob squib stab stub sub swab tab throb web; 0ned 0ning: bin can carillon
chin con den din don fan fin fun gan grin gun inspan japan outman outspan overman pan pin plan pun scan shin shotgun shun sin sken skin span stun sun
tin trapan trepan tun twin underpin unman unpin won yen; 0med 0ming: bedim brim bum chum clam clem cram dam diagram drum flam flimflam gam gem glom
gum ham hem hum jam lam mum ram rim scram scrum scum sham shim skim slam slum stem strum stum sum thrum tram wham; 0red 0ring: abhor aver bar bestir
blur bur char concur confer debar defer demur deter disbar disinter fur incur infer inter jar mar occur prefer recur refer scar shikar slur spar spur
star stir tar transfer unbar war whir; 1ces: anthelix anthrax antihelix appendix bisectrix borax calix calx calyx cephalothorax cervix cicatrix crux
epicalyx executrix fornix generatrix hallux helix hyrax matrix mesothorax metathorax prothorax radix rectrix separatrix spadix tectrix thorax varix
vox; 1t: address begird bend bless build bypass curse dwell geld gild gird indwell lend lose misspell misspend overbuild overpass overspend overspill
rebuild rend send shend smell spell spend spill unbend undergird upbuild; 0n: anlage bestrew fedayee foreshow gnaw grave hacksaw hew lade mow overflow
oversew prove quartersaw resew rive saw schul schutzstaffel sew shave shew show shul sow strew strow whipsaw yogi; 0s: ancone annatto assegai auspice
bacchante base brant comic guilder gurnard halfway haltere jackeroo joe kalmuck lure masse morse ottoman phalange rabato raphide saguaro senussi sole
touraco tyro wahhabi zamindari; 0x: aboideau aboiteau adieu bandeau bateau beau bijou bordereau bureau chapeau chateau chou couteau fabliau flambeau
fricandeau gateau jambeau manteau milieu morceau plateau portmanteau reseau rondeau rouleau tableau tonneau trousseau; 1ves: aardwolf beef behoof
bookshelf broadleaf calf cloverleaf dwarf elf flyleaf half hoof interleaf leaf loaf mooncalf scarf self sheaf shelf shinleaf thickleaf thief turf
werewolf wharf wolf yourself; 0ded 0ding: bud cod disbud embed featherbed gad imbed kid mud nod pad plod pod prod rid scud shred skid sned sod spud
squid stud ted thud wad wed; 0ting: beset crosscut cut hit inset intercut let mishit offset overset photoset put reset set shut slit split sublet
typeset undercut underlet underset uppercut upset; 1: actinozoan anthozoan bryozoan capriccio djinni djinny ectozoan endozoan entozoan epizoan
heliozoan hydrozoan hymenopteran intaglio jinni lepidopteran leucocytozoan metazoan parazoan polyzoan protozoan scyphozoan solfeggio sporozoan; 0im:
amora chalutz chasid chassid chazan cherub goy hasid hassid hazzan kaddish kibbutz machzor mahzor midrash minyan moshav qaddish seraph shabbas shabbat
siddur teraph; 1des: aphis apsis chrysalis custos encephalitis ephemeris epididymis epiglottis glans glottis haeres incus iris lymphangitis monas
parulis pes proboscis proglottis pyxis raphis stapes; 1e: acciaccatura appoggiatura arietta cavatina cicala diva fermata lira loggia marchesa maremma
novella paisa predella presa signora signorina sinfonia volta; 2ices: apex aruspex auspex caudex cimex codex cortex culex haruspex ibex index latex
murex pollex pontifex subcortex subindex vertex vortex; 1id: gainsay inlay interlay lay mislay outlay overlay overpay pay prepay repay say soothsay
underlay underpay unlay unsay waylay; 1ier 1iest 1ied: bandy bloody busy colly dirty dizzy easy empty fancy giddy jolly muddy pretty savvy steady tidy
untidy weary; 2ina: agnomen cognomen foramen germen gravamen limen lumen nomen numen praenomen prenomen putamen rumen stamen tegmen velamen vimen;
2ves: alewife drawknife fishwife flagstaff goodwife housewife jackknife knife life midwife oldwife paperknife penknife pocketknife quarterstaff
sweetiewife wife; 0i: bolshevik cathar decemvir duumvir ephor hetaira iamb kroon longobard mir monsignor pirog pul sent triumvir; 2d: bleed breed
crossbreed handfeed inbreed interbreed interplead lead mislead misplead outbreed plead speed underfeed winterfeed; 0en: beat browbeat festschrift frau
gemeinschaft gesellschaft gestalt graf herr keeshond nibelung ox ubermensch; 0ked 0king: arc bivouac frolic mimic panic physic picnic shellac sic talc
traffic trek yak; 3ung: cling fling hamstring hang overhang sling sting string swing unsling unstring upswing wring; 1ges: androsphinx coccyx
hieracosphinx interrex larynx lex nasopharynx phalanx pharynx salpinx sphinx syrinx; 0t: burn deal dream lean leap learn mean misdeal spoil transfix
unlearn; 4ice: barklouse booklouse dormouse fieldmouse flittermouse louse mouse reremouse shrewmouse titmouse woodlouse; 2ew 0n: blow flyblow foreknow
grow know outgrow overblow overgrow overthrow throw; 3ound: bind enwind find grind overwind rewind spellbind unbind unwind wind; 0a: antefix cornu
genu lev markka parament penni rom vas; 0ed 0ing: appall distill enroll enthrall extoll fritt fulfill install redd; 0n 3ook: betake forsake mistake
overtake partake retake shake take undertake; 3oke 3oken: awake bespeak break forespeak forspeak speak unspeak wake; 0ae: eupatrid heraclid heraklid
herm lapith sassanid seleucid; 1id 0ne: do fordo foredo outdo overdo redo undo; 2pt: creep keep oversleep sleep sweep upsweep weep; 2ying: belie die
hogtie stymie tie untie vie; 3old: foretell outsell oversell retell sell tell undersell; 3ought: bethink bring outthink rethink seek think unthink; 0r
0st: blue dowie eerie free true yare; 1ten 3ote: ghostwrite overwrite rewrite typewrite underwrite write; 2oth: haftarah haphtarah megillah mezuzah
mitzvah parashah; 3eet: blackfoot flatfoot foot forefoot splayfoot tenderfoot; 3ore 3orn: forswear outwear swear tear unswear wear; 4eeth: bucktooth
dogtooth eyetooth foretooth snaggletooth tooth; 0er: hind lied off volkslied wunderkind; 0n 2ew: draw outdraw overdraw wiredraw withdraw; 0n 3ove:
drive overdrive shrive strive thrive; 0ren: brainchild child godchild grandchild stepchild; 0sed 0ses 0sing: debus degas embus nonplus outgas; 0ter
0test 0ted 0ting: fat fit flat squat wet; 2an 0ning: forerun outrun overrun rerun run; 2ier 2iest: cagey dicey dopey gooey homey; 2t: meet outshoot
overshoot shoot undershoot; 3ood: misunderstand outstand stand understand withstand; 0d: fee hear overhear rehear; 0ne 2went: forego forgo outgo
undergo; 0ner 0nest 0ned 0ning: dun tan thin wan; 1 1den: backslide chide hide slide; 1ae: paraselene phyle raphe stele; 1den 3ode: outride override
ride stride; 1ines: lentigo teredo testudo uredo; 1tes: frons gens paries pons; 2aw 0n: foresee oversee see sightsee; 3ame: become come misbecome
overcome; 3uck: sneak stick strike unstick; 4ove: heave reeve unreeve upheave; 0ding: clad sled underbid; 0er 0est: hard strong young; 0m: ashkenazi
haredi sephardi; 0mer 0mest: glum grim slim; 0mer 0mest 0med 0ming: dim prim trim; 0n 3ose: arise rise uprise; 0nes: comedo mucro umbo; 1es: cyclops
stirps stylops; 1ier 1iest 0er 0est 1ied: dry shy wry; 2ain 2ay 2ying: lie overlie underlie; 2de: make remake unmake; 2en: beadsman ploughman socman;
2ita: caput occiput sinciput; 3ang 3ung: ring spring upspring; 3ank 3unk: countersink drink stink; 3ave 0n: forgive give misgive; 3eld: hold uphold
withhold; 3ove: dive skydive stave; 3t: floodlight light spotlight; 4ought: beseech fight outfight; 4ove 4oven: interweave inweave weave; 0den 0ding:
outbid overbid; 0der 0dest: glad sad; 0en 3ell: befall fall; 0ger 0gest: big smug; 0kim: dibbuk dybbuk; 0ned 0ning 0t: ken pen; 0per 0pest: hep hip;
0sed 0sing: bias hocus; 0ting 2ot 2otten: forget get; 0ved 0ving: chiv rev; 0y: grosz sovkhoz; 0zes: fez squiz; 1 1ten: backbite bite; 1a: involucre
lustre; 1d: flee shoe; 1ew 1own: fly overfly; 1ia: quale rete; 1ines 0es: imago vertigo; 1ra: crus jus; 1tia: definiens ens; 2at 0ted 0ting: shit
spit; 2at 0ting: resit sit; 2ce: halfpenny penny; 2eis: necropolis polis; 2ines: flamen pecten; 2ites: limes stipes; 2lt: feel kneel; 2ora: corpus
femur; 2osim: shammas shammes; 2ought: buy underbuy; 3ank 3unk 3unken: shrink sink; 3ea 2a: gynecium gynoecium; 3od 3odden: tread untread; 3ollen:
swell upswell; 3one: outshine shine; 3ore 3orne: forbear overbear; 4ad: clothe unclothe; 4aught: teach unteach; 4oze 4ozen: freeze unfreeze; 0 0ded
0ding: bed; 0 0ding: shed; 0 0es: halter; 0 0ses 0sed 0ses 0sing: gas; 0'd: ski; 0'd 0'ing 0's: ko; 0ae 0es: achaemenid; 0ai: lit; 0au: eisteddfod;
0ber 0best: glib; 0ber 0best 0bed 0bing: drab; 0d 0ds: gurnar; 0d 0s 2ying: caddie; 0der 0dest 0 0ded 0ding: red; 0der 0dest 0ded 0ding: mad; 0e 0i:
herma; 0e 1iae: cercaria; 0e 3eas: zoaea; 0e 4reae: ochrea; 0ed 0ing 1s: disenthrall; 0een 0in: fellah; 0eing: stiletto; 0es 0ne 2went: go; 0es 1ying:
taxi; 0es 2is: real; 0fed 0fing: coif; 0ger 0gest 0ged 0ging: snug; 0ging: bulldog; 0ging 2ug: dig; 0hs 1oth: yeshiva; 0i 0ned 0ning: ban; 0i 0u: lat;
0ia: lacunar; 0ing 0ings 1ied: cry; 0k 0ks: kalmuc; 0led 0ling 0ls: disenthral; 0med 0mes 0ming: program; 0n 0r: krone; 0ning 2on: win; 0ning 2un:
spin; 0ped 0ping 0t: grip; 0ped 0ping 2opped 2opping 2ops: swap; 0r: cute; 0r 0rs: guilde; 0s 1oth: haggada; 0s 3ft: leave; 0se: pea; 0ses: bus; 0ta
0ta: diastema; 0ta 5oedemata: edema; 0ted 0tes 0ting: curet; 0ter 0test: hot; 0th: matzo; 0ther 2urther: far; 0ti: bandit; 0u: haler; 0uses:
ichthyosaur; 0y 3tsy: starets; 0yoth: mishna; 0zed 0zes 0zing: whiz; 0zes 0zed 0zes 0zing: quiz; 1 1den 3ode: bestride; 1 1ten 3ote: smite;
10esseigneurs: monseigneur; 10resfamilias: paterfamilias; 11esdemoiselles: mademoiselle; 1ces 1kes: cylix; 1ces 2ices: scolex; 1des 0es: chlamys; 1i
2u: litas; 1i 4kini: stotinka; 1iae: filaria; 1ied 1ies 0ing: caddy; 1ied 3ify: torrefy; 1ier 1iest 0er 0est: sly; 1in 2ew: slay; 1ing: singe; 1kes:
kylix; 1nt.: floreat; 1ought 0e: aby; 1ra 0ar 0sa: os; 1res: vis; 1s: haggadah; 1s.: fig.; 1sis: senusi; 1t 5ycleped 5yclept: clepe; 1ta: teras;
1ught: dow; 1um: penetralia; 1ums: organa; 1ur: krona; 1us: lumbi; 1yoth: mishnah; 2a 0es: colon; 2a 0s: organum; 2a 1i: pronephros; 2a 2a:
sudatorium; 2ad 2ade 0den 0ding: forbid; 2ade 0den 0ding: bid; 2aeae 0e: zoea; 2am 0ming 2um: swim; 2am 2are 0en 2is 2was 2were: be; 2an 0ned 0ning:
gin; 2an 0ning 2un: begin; 2at 0ting 2ot 2otten: beget; 2cari 1i: ricercare; 2d 0: feed; 2d 2s: have; 2ed 2ing 2s: prologue; 2en 0ned 0ning: man; 2er:
deeply; 2era: subgenus; 2era 0: genus; 2es 0: taxis; 2es 1des: caryopsis; 2es 4ses: diaeresis; 2i 0es: ichthyosaurus; 2i 2i: vagus; 2i 9oesophagi:
esophagus; 2ied: honey; 2iges: remex; 2ight: may; 2im: shittah; 2im 2ims: moslem; 2is: basileus; 2onim 8hadchans: schatchen; 2ri: onager; 2rote:
igorrote; 2roth: shofar; 2se: springhaas; 3aisim 0es 1oth: tallith; 3ang 0ing 3ung: sing; 3ants: brent; 3ate 0en: eat; 3bo: igbo; 3cia 2a: glochidium;
3eld 0en: behold; 3eled 3eling 3elled 3elling 3els: trammel; 3empt: bename; 3evied 3evies 3evying 1ied 1vied 1vies 1vying: chivy; 3ft: reave; 3ft 4ove
4oven: cleave; 3gese: pekinese; 3habis: wahabi; 3ode: abide; 3ole 3olen: steal; 3olten: melt; 3ore 3orn 3orne: bear; 3ori: signior; 3poda: gospodin;
3rought: work; 3se 3sen: choose; 3sta: substratum; 3ught: catch; 3unk: slink; 3urs: uighur; 3worse 3worst: bad; 3yfied 3yfies 3yfying: ladify; 3yros:
tiro; 4adarim: heder; 4adarim 2arim: cheder; 4aeniae 0e: tenia; 4aglis 0: argali; 4artal 4artel: rotl; 4aurar: eyir; 4best 4better: good; 4better
4best 4better: well; 4boks: gemsbok; 4eese: goose; 4egais: assagai; 4enae: phlyctaena; 4eroos: jackaroo; 4erses: thyrse; 4froth 2roth: shophar; 4hip
0ped 0ping: transship; 4ice 7remice: rearmouse; 4l 4lled 4lling 4ls: pasquinade; 4maloti: loti; 4nattos: anatto; 4ni 4nos: clarino; 4ople:
salesperson; 4ornos: madrono; 4ses: diathesis; 4tomans: othman; 4ughmen: plowman; 4ymio 4ymios: daimio; 5abatos: rebato; 5aurar: eyrir; 5bucks:
gemsbuck; 5cmen: sokeman; 5eipses: paralipsis; 5esdames: madame; 5ethren: brother; 5guaros: sahuaro; 5hachises: rachis; 5ides: caryatid; 5ilgee:
squeegee; 5iper: striper; 5ishties: bheesty; 5lisente 5listente: sente; 5na 5nas: duodenum; 5ouracos: turaco; 6achides 1des 0es: rhachis; 6adsmen:
bedesman; 6challoth 2ot 2oth: hallah; 6estuses: caestus; 6k 7ushbok 7ushboks: boschbok; 6makuta: likuta; 6naries: bicentenary; 6ncidia: uredium; 6nia
6niums: hymenium; 6s: comic_strip; 6tyxes: anaptyxis; 7allunge: muskellunge; 7chatchonim 0im 0s: shadchan; 7cia: amphithecium; 7essieurs: monsieur;
7naries: bicentennial; 8amindaris: zemindari; 9dtheridia 2a: antheridium; 9enservants: manservant
`;
