"""The emoji of the picker under Slack's names, in the order and groups of Slack's picker."""

from typing import Final

GROUPS: Final = {
    "Often used": """
        +1 -1 white_check_mark eyes tada heart joy pray raised_hands clap fire rocket 100 star bulb thinking_face
        one two three four five""",
    "Smileys": """
        grinning smiley smile grin laughing sweat_smile rolling_on_the_floor_laughing joy slightly_smiling_face
        upside_down_face wink blush innocent smiling_face_with_3_hearts heart_eyes star-struck kissing_heart kissing
        relaxed kissing_closed_eyes kissing_smiling_eyes smiling_face_with_tear yum stuck_out_tongue
        stuck_out_tongue_winking_eye zany_face stuck_out_tongue_closed_eyes money_mouth_face hugging_face
        face_with_hand_over_mouth shushing_face thinking_face zipper_mouth_face face_with_raised_eyebrow neutral_face
        expressionless no_mouth smirk unamused face_with_rolling_eyes grimacing lying_face relieved pensive sleepy
        drooling_face sleeping mask face_with_thermometer face_with_head_bandage nauseated_face face_vomiting
        sneezing_face hot_face cold_face woozy_face dizzy_face exploding_head face_with_cowboy_hat partying_face
        disguised_face sunglasses nerd_face face_with_monocle confused worried slightly_frowning_face white_frowning_face
        open_mouth hushed astonished flushed pleading_face frowning anguished fearful cold_sweat
        disappointed_relieved cry sob scream confounded persevere disappointed sweat weary tired_face yawning_face
        triumph rage angry face_with_symbols_on_mouth smiling_imp imp skull skull_and_crossbones hankey clown_face
        japanese_ogre japanese_goblin ghost alien space_invader robot_face smiley_cat smile_cat joy_cat
        heart_eyes_cat smirk_cat kissing_cat scream_cat crying_cat_face pouting_cat see_no_evil hear_no_evil
        speak_no_evil love_letter cupid gift_heart sparkling_heart heartpulse heartbeat revolving_hearts two_hearts
        heart_decoration heavy_heart_exclamation_mark_ornament broken_heart heart orange_heart yellow_heart
        green_heart blue_heart purple_heart brown_heart black_heart white_heart kiss 100 anger boom dizzy
        sweat_drops dash hole speech_balloon left_speech_bubble right_anger_bubble thought_balloon zzz""",
    "People": """
        wave raised_back_of_hand raised_hand_with_fingers_splayed hand spock-hand ok_hand pinched_fingers
        pinching_hand v crossed_fingers i_love_you_hand_sign the_horns call_me_hand point_left point_right point_up_2
        middle_finger point_down point_up +1 -1 fist facepunch left-facing_fist right-facing_fist clap raised_hands
        open_hands palms_up_together handshake pray writing_hand nail_care selfie muscle mechanical_arm leg foot ear
        nose brain anatomical_heart lungs tooth bone eyes eye tongue lips baby child boy girl adult
        person_with_blond_hair man bearded_person woman older_adult older_man older_woman person_frowning
        person_with_pouting_face no_good ok_woman information_desk_person raising_hand deaf_person bow face_palm
        man-facepalming woman-facepalming shrug man-shrugging woman-shrugging student teacher judge farmer cook
        mechanic factory_worker office_worker scientist technologist male-technologist female-technologist singer
        artist pilot astronaut firefighter cop sleuth_or_spy guardsman ninja construction_worker prince princess
        superhero supervillain mage fairy vampire merperson elf genie zombie massage haircut walking standing_person
        kneeling_person runner dancer man_dancing dancers person_in_steamy_room person_climbing fencer skier
        snowboarder golfer surfer rowboat swimmer weight_lifter bicyclist mountain_bicyclist person_doing_cartwheel
        handball juggling person_in_lotus_position bath sleeping_accommodation couple couplekiss family
        speaking_head_in_silhouette bust_in_silhouette busts_in_silhouette people_hugging footprints""",
    "Nature": """
        monkey_face monkey gorilla dog dog2 guide_dog poodle wolf fox_face raccoon cat cat2 lion_face tiger tiger2
        leopard horse racehorse unicorn_face zebra_face deer bison cow ox water_buffalo pig boar sheep ram goat
        dromedary_camel camel llama giraffe_face elephant mammoth rhinoceros hippopotamus mouse rat hamster rabbit
        chipmunk beaver hedgehog bat bear koala panda_face sloth otter skunk kangaroo badger feet turkey chicken
        rooster hatching_chick baby_chick hatched_chick bird penguin dove_of_peace eagle duck swan owl dodo feather
        flamingo peacock parrot frog crocodile turtle lizard snake dragon_face dragon sauropod t-rex whale dolphin
        seal fish tropical_fish blowfish shark octopus shell snail butterfly bug ant bee ladybug cricket
        cockroach spider spider_web scorpion mosquito fly worm microbe bouquet cherry_blossom white_flower rosette
        rose wilted_flower hibiscus sunflower blossom tulip seedling potted_plant evergreen_tree deciduous_tree
        palm_tree cactus ear_of_rice herb shamrock four_leaf_clover maple_leaf fallen_leaf leaves mushroom
        earth_africa earth_americas earth_asia new_moon first_quarter_moon full_moon crescent_moon sunny
        full_moon_with_face sun_with_face star star2 stars cloud partly_sunny thunder_cloud_and_rain rain_cloud
        snow_cloud lightning tornado fog wind_blowing_face cyclone rainbow umbrella zap snowflake snowman comet fire
        droplet ocean sparkles""",
    "Food": """
        grapes melon watermelon tangerine lemon banana pineapple mango apple green_apple pear peach cherries
        strawberry blueberries kiwifruit tomato olive coconut avocado eggplant potato carrot corn hot_pepper
        bell_pepper cucumber leafy_green broccoli garlic onion peanuts chestnut bread croissant baguette_bread
        flatbread pretzel bagel pancakes waffle cheese_wedge meat_on_bone poultry_leg cut_of_meat bacon hamburger
        fries pizza hotdog sandwich taco burrito tamale stuffed_flatbread falafel fried_egg
        shallow_pan_of_food stew fondue bowl_with_spoon green_salad popcorn butter salt canned_food bento
        rice_cracker rice_ball rice curry ramen spaghetti sweet_potato oden sushi fried_shrimp fish_cake moon_cake
        dango dumpling fortune_cookie takeout_box crab lobster shrimp squid oyster icecream shaved_ice ice_cream
        doughnut cookie birthday cake cupcake pie chocolate_bar candy lollipop custard honey_pot baby_bottle
        glass_of_milk coffee teapot tea sake champagne wine_glass cocktail tropical_drink beer beers clinking_glasses
        tumbler_glass cup_with_straw bubble_tea beverage_box mate_drink ice_cube chopsticks knife_fork_plate
        fork_and_knife spoon hocho amphora""",
    "Activities": """
        jack_o_lantern christmas_tree fireworks sparkler firecracker balloon tada confetti_ball tanabata_tree bamboo
        dolls flags wind_chime rice_scene red_envelope ribbon gift reminder_ribbon admission_tickets ticket medal
        trophy sports_medal first_place_medal second_place_medal third_place_medal soccer baseball softball
        basketball volleyball football rugby_football tennis flying_disc bowling cricket_bat_and_ball
        field_hockey_stick_and_ball ice_hockey_stick_and_puck lacrosse table_tennis_paddle_and_ball
        badminton_racquet_and_shuttlecock boxing_glove martial_arts_uniform goal_net golf ice_skate
        fishing_pole_and_fish diving_mask running_shirt_with_sash ski sled curling_stone dart yo-yo kite 8ball
        crystal_ball magic_wand video_game joystick slot_machine game_die jigsaw teddy_bear pinata spades hearts
        diamonds clubs chess_pawn black_joker mahjong performing_arts frame_with_picture art thread sewing_needle
        yarn knot""",
    "Travel": """
        world_map compass snow_capped_mountain mountain volcano mount_fuji camping beach_with_umbrella desert
        desert_island national_park stadium classical_building building_construction bricks house_buildings house
        house_with_garden office post_office hospital bank hotel convenience_store school department_store factory
        japanese_castle european_castle wedding tokyo_tower statue_of_liberty church mosque fountain tent foggy
        night_with_stars cityscape sunrise sunset bridge_at_night carousel_horse ferris_wheel roller_coaster barber
        circus_tent steam_locomotive train bullettrain_side metro tram bus trolleybus ambulance fire_engine
        police_car taxi car blue_car pickup_truck truck tractor racing_car motor_scooter bike scooter skateboard
        busstop motorway railway_track fuelpump rotating_light traffic_light octagonal_sign construction anchor boat
        canoe speedboat ship airplane airplane_departure airplane_arriving parachute seat helicopter rocket
        flying_saucer bellhop_bell luggage hourglass hourglass_flowing_sand watch alarm_clock stopwatch timer_clock
        clock1 clock3 clock9 clock12""",
    "Objects": """
        eyeglasses goggles lab_coat safety_vest necktie shirt jeans scarf gloves coat socks dress kimono handbag
        shopping_bags school_satchel mans_shoe athletic_shoe hiking_boot high_heel boot crown womans_hat tophat
        mortar_board billed_cap helmet_with_white_cross prayer_beads lipstick ring gem mute speaker sound loud_sound
        loudspeaker mega postal_horn bell no_bell musical_score musical_note notes studio_microphone level_slider
        control_knobs microphone headphones radio saxophone accordion guitar musical_keyboard trumpet violin banjo
        drum_with_drumsticks iphone calling phone telephone_receiver pager fax battery electric_plug computer
        desktop_computer printer keyboard three_button_mouse trackball minidisc floppy_disk cd dvd abacus
        movie_camera film_frames film_projector clapper tv camera camera_with_flash video_camera vhs mag mag_right
        candle bulb flashlight izakaya_lantern notebook_with_decorative_cover closed_book book green_book blue_book
        orange_book books notebook ledger page_with_curl scroll page_facing_up newspaper bookmark_tabs bookmark label
        moneybag coin yen dollar euro pound money_with_wings credit_card receipt chart envelope email
        incoming_envelope envelope_with_arrow outbox_tray inbox_tray package mailbox postbox ballot_box_with_ballot
        pencil2 black_nib lower_left_fountain_pen lower_left_ballpoint_pen lower_left_paintbrush lower_left_crayon
        memo briefcase file_folder open_file_folder card_index_dividers date calendar spiral_note_pad
        spiral_calendar_pad card_index chart_with_upwards_trend chart_with_downwards_trend bar_chart clipboard pushpin
        round_pushpin paperclip linked_paperclips straight_ruler triangular_ruler scissors card_file_box file_cabinet
        wastebasket lock unlock lock_with_ink_pen closed_lock_with_key key old_key hammer axe pick hammer_and_pick
        hammer_and_wrench dagger_knife crossed_swords bomb boomerang bow_and_arrow shield wrench screwdriver
        nut_and_bolt gear compression scales probing_cane link chains hook toolbox magnet ladder alembic test_tube
        petri_dish dna microscope telescope satellite_antenna syringe drop_of_blood pill adhesive_bandage stethoscope
        door elevator mirror window bed couch_and_lamp chair toilet shower bathtub razor safety_pin broom basket
        roll_of_paper bucket soap toothbrush sponge fire_extinguisher shopping_trolley""",
    "Symbols": """
        white_check_mark heavy_check_mark ballot_box_with_check x negative_squared_cross_mark heavy_plus_sign
        heavy_minus_sign heavy_division_sign heavy_multiplication_x infinity bangbang interrobang question
        grey_question exclamation grey_exclamation warning no_entry no_entry_sign children_crossing
        radioactive_sign biohazard_sign arrow_up arrow_upper_right arrow_right arrow_lower_right arrow_down
        arrow_lower_left arrow_left arrow_upper_left arrow_up_down left_right_arrow leftwards_arrow_with_hook
        arrow_right_hook arrow_heading_up arrow_heading_down arrows_clockwise arrows_counterclockwise back end on soon
        top atom_symbol recycle fleur_de_lis trident name_badge beginner o curly_loop loop part_alternation_mark
        eight_spoked_asterisk eight_pointed_black_star sparkle copyright registered tm hash zero one two three four
        five six seven eight nine keycap_ten capital_abcd abcd 1234 symbols abc a ab b cl cool free
        information_source id m new ng o2 ok parking sos up vs red_circle large_orange_circle large_yellow_circle
        large_green_circle large_blue_circle large_purple_circle large_brown_circle black_circle white_circle
        large_red_square large_orange_square large_yellow_square large_green_square large_blue_square
        large_purple_square black_large_square white_large_square large_orange_diamond large_blue_diamond
        small_orange_diamond small_blue_diamond small_red_triangle small_red_triangle_down
        diamond_shape_with_a_dot_inside radio_button white_square_button black_square_button low_brightness
        high_brightness signal_strength vibration_mode mobile_phone_off aries taurus gemini cancer leo virgo libra
        scorpius sagittarius capricorn aquarius pisces""",
    "Flags": """
        checkered_flag triangular_flag_on_post crossed_flags waving_black_flag waving_white_flag rainbow-flag
        flag-at flag-au flag-be flag-br flag-ca flag-ch flag-cn flag-cz flag-de flag-dk flag-ee flag-es flag-eu
        flag-fi flag-fr flag-gb flag-gr flag-ie flag-il flag-in flag-is flag-it flag-jp flag-ke flag-kr flag-lt
        flag-lu flag-lv flag-mx flag-ng flag-nl flag-no flag-nz flag-pl flag-pt flag-ro flag-se flag-sg flag-tr
        flag-ua flag-us flag-za""",
}

# Slack's names that the emoji data knows under another one.
RENAMED: Final = {
    "drum_with_drumsticks": "drum",
    "face_palm": "person_facepalming",
    "face_with_cowboy_hat": "cowboy_hat_face",
    "female-technologist": "woman_technologist",
    "fencer": "person_fencing",
    "first_place_medal": "1st_place_medal",
    "giraffe_face": "giraffe",
    "handball": "person_playing_handball",
    "i_love_you_hand_sign": "love_you_gesture",
    "juggling": "person_juggling",
    "kiwifruit": "kiwi_fruit",
    "knife_fork_plate": "fork_and_knife_with_plate",
    "ladybug": "lady_beetle",
    "large_brown_circle": "brown_circle",
    "large_green_circle": "green_circle",
    "large_orange_circle": "orange_circle",
    "large_purple_circle": "purple_circle",
    "large_yellow_circle": "yellow_circle",
    "large_blue_square": "blue_square",
    "large_green_square": "green_square",
    "large_orange_square": "orange_square",
    "large_purple_square": "purple_square",
    "large_red_square": "red_square",
    "large_yellow_square": "yellow_square",
    "lightning": "cloud_with_lightning",
    "male-technologist": "man_technologist",
    "mate_drink": "mate",
    "medal": "military_medal",
    "octagonal_sign": "stop_sign",
    "pencil": "memo",
    "person_doing_cartwheel": "person_cartwheeling",
    "rain_cloud": "cloud_with_rain",
    "scooter": "kick_scooter",
    "second_place_medal": "2nd_place_medal",
    "shopping_trolley": "shopping_cart",
    "simple_smile": "slightly_smiling_face",
    "smiling_face_with_3_hearts": "smiling_face_with_hearts",
    "snow_cloud": "cloud_with_snow",
    "spock-hand": "vulcan_salute",
    "the_horns": "sign_of_the_horns",
    "third_place_medal": "3rd_place_medal",
    "zebra_face": "zebra",
}
