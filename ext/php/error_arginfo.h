/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: 710206c5d224604dac2ca1efa3af6c7099219f3f */

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_CoreException_getStatus, 0, 0, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Lockstep_CoreException_getPath arginfo_class_Lockstep_CoreException_getStatus

#define arginfo_class_Lockstep_CoreException_getHint arginfo_class_Lockstep_CoreException_getStatus


ZEND_METHOD(Lockstep_CoreException, getStatus);
ZEND_METHOD(Lockstep_CoreException, getPath);
ZEND_METHOD(Lockstep_CoreException, getHint);


static const zend_function_entry class_Lockstep_CoreException_methods[] = {
	ZEND_ME(Lockstep_CoreException, getStatus, arginfo_class_Lockstep_CoreException_getStatus, ZEND_ACC_PUBLIC)
	ZEND_ME(Lockstep_CoreException, getPath, arginfo_class_Lockstep_CoreException_getPath, ZEND_ACC_PUBLIC)
	ZEND_ME(Lockstep_CoreException, getHint, arginfo_class_Lockstep_CoreException_getHint, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};

static zend_class_entry *register_class_Lockstep_CoreException(zend_class_entry *class_entry_RuntimeException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Lockstep", "CoreException", class_Lockstep_CoreException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_RuntimeException);
	class_entry->ce_flags |= ZEND_ACC_FINAL;

	zval property_status_default_value;
	ZVAL_EMPTY_STRING(&property_status_default_value);
	zend_string *property_status_name = zend_string_init("status", sizeof("status") - 1, 1);
	zend_declare_typed_property(class_entry, property_status_name, &property_status_default_value, ZEND_ACC_PRIVATE, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_status_name);

	zval property_path_default_value;
	ZVAL_EMPTY_STRING(&property_path_default_value);
	zend_string *property_path_name = zend_string_init("path", sizeof("path") - 1, 1);
	zend_declare_typed_property(class_entry, property_path_name, &property_path_default_value, ZEND_ACC_PRIVATE, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_path_name);

	zval property_hint_default_value;
	ZVAL_EMPTY_STRING(&property_hint_default_value);
	zend_string *property_hint_name = zend_string_init("hint", sizeof("hint") - 1, 1);
	zend_declare_typed_property(class_entry, property_hint_name, &property_hint_default_value, ZEND_ACC_PRIVATE, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_hint_name);

	return class_entry;
}
