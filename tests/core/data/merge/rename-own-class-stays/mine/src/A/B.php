<?php
<map>
    <mine/>
    <php_field_0>value 0</php_field_0>
    <php_field_1>value 1</php_field_1>
    <php_field_2>value 2</php_field_2>
    <php_field_3>value 3</php_field_3>
    <php_field_4>value 4</php_field_4>
    <php_field_5>value 5</php_field_5>
    <php_field_6>value 6</php_field_6>
    <php_field_7>value 7</php_field_7>
</map>
